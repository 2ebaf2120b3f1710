// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Foundation
import Testing

/// Random requests get from godwit the signature that they get from botocore.
///
/// Left out is where botocore does otherwise by intent: it takes `Date` in the place of `x-amz-date`, signs neither
/// `user-agent` nor `expect`, and counts Unicode's spaces as white space, which
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html does not; it refuses such values unsigned.
@Suite struct SignatureOracleTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let python = environment["GODWIT_TEST_VENV"].map { $0 + "/bin/python" }
    private static let one = environment["GODWIT_TEST_SEED"].flatMap(UInt64.init)
    /// All of 2,000 in `make test-full`, some otherwise. GODWIT_TEST_SEED replays one.
    private static let seeds =
        one.map { [$0] } ?? Array(1...(environment["GODWIT_TEST_SIGNATURES"].flatMap(UInt64.init) ?? 200))

    @Test(.enabled(if: python != nil)) func signsAsBotocoreDoes() async throws {
        let requests = Self.seeds.map { SignedRequest(seed: $0) }
        let answers = try await Self.ask(requests)
        #expect(answers.count == requests.count)
        // One signer for many, as connections have: what it keeps of one request must not get into the next.
        var signers: [String: SigV4Signer] = [:]
        for (seed, (request, expected)) in zip(Self.seeds, zip(requests, answers)) {
            let place = request.service + " " + request.region
            let signer = signers[place] ?? SigV4Signer(service: request.service, region: request.region)
            signers[place] = signer
            let found = try request.signed(by: signer)
            #expect(found == expected, "seed \(seed): \(request)")
        }
    }

    /// How botocore signs `requests`.
    private static func ask(_ requests: [SignedRequest]) async throws -> [SignedRequest.Answer] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "signatures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (asked, told) = (directory.appending(path: "asked"), directory.appending(path: "told"))
        let encoder = JSONEncoder()
        try Data(requests.map { try encoder.encode($0) }.joined(separator: Data("\n".utf8))).write(to: asked)
        try Data().write(to: told)
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        let script = URL(filePath: #filePath).appending(path: "../../../Support/Oracles/botocore-signatures.py")
        process.arguments = [script.standardized.path]
        process.standardInput = try FileHandle(forReadingFrom: asked)
        process.standardOutput = try FileHandle(forWritingTo: told)
        let status = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        try #require(status == 0, "botocore failed; its words are in the output of this run")
        return try Data(contentsOf: told).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(SignedRequest.Answer.self, from: $0)
        }
    }
}
