// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Asks botocore what it would do, many questions in one process.
enum BotocoreOracle {
    private static let environment = ProcessInfo.processInfo.environment
    private static let python = environment["GODWIT_TEST_VENV"].map { $0 + "/bin/python" }
    private static let one = environment["GODWIT_TEST_SEED"].flatMap(UInt64.init)

    static var isThere: Bool { python != nil }

    /// All of 2,000 in `make test-full`, some otherwise. GODWIT_TEST_SEED replays one.
    static let seeds =
        one.map { [$0] } ?? Array(1...(environment["GODWIT_TEST_SIGNATURES"].flatMap(UInt64.init) ?? 200))

    /// What `script` of Tests/Support/Oracles answers, a line for each of `questions`.
    static func ask<Question: Encodable, Answer: Decodable>(
        _ script: String, _ questions: [Question], for _: Answer.Type
    ) async throws -> [Answer] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "signatures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (asked, told) = (directory.appending(path: "asked"), directory.appending(path: "told"))
        let encoder = JSONEncoder()
        try Data(questions.map { try encoder.encode($0) }.joined(separator: Data("\n".utf8))).write(to: asked)
        try Data().write(to: told)
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        let file = URL(filePath: #filePath).appending(path: "../../../Support/Oracles").appending(path: script)
        process.arguments = [file.standardized.path]
        process.standardInput = try FileHandle(forReadingFrom: asked)
        process.standardOutput = try FileHandle(forWritingTo: told)
        let status = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        try #require(status == 0, "botocore failed; its words are in the output of this run")
        return try Data(contentsOf: told).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Answer.self, from: $0)
        }
    }
}
