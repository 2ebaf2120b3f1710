// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Foundation
import HTTPTransport
import StorageModel
import Testing

/// Random requests signed by botocore 1.43: odd keys and queries, folded header values, tokens, ports, days.
@Suite struct SignatureFixtureTests {
    struct Fixture {
        var fields: [String]

        static func load(_ kind: String) throws -> [Fixture] {
            let file = URL(filePath: #filePath).appending(path: "../../../Fixtures/signatures.tsv").standardized
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                Fixture(fields: $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
            }.filter { $0.fields[0] == kind }
        }

        var credentials: Credentials {
            Credentials(
                accessKeyID: fields[7], secretAccessKey: fields[8], sessionToken: fields[9].isEmpty ? nil : fields[9])
        }
        var time: Timestamp { Timestamp(seconds: Int64(fields[11]) ?? 0) }
        var headers: [HTTPHeader] {
            fields[5].split(separator: "|").map {
                let sides = $0.split(separator: ":", maxSplits: 1)
                return HTTPHeader(String(sides[0]), String(sides[1]))
            }
        }
    }

    @Test func headers() throws {
        let fixtures = try Fixture.load("header")
        #expect(fixtures.count == 50)
        for fixture in fixtures {
            let fields = fixture.fields
            let added = SigV4Signer(region: fields[10]).sign(
                method: try #require(HTTPMethod(rawValue: fields[1])), host: fields[2], path: fields[3],
                query: fields[4], headers: fixture.headers, payloadHash: fields[6],
                credentials: fixture.credentials, at: fixture.time)
            #expect(added.last?.value == fields[12])
            #expect((added.first { $0.name == "x-amz-security-token" }?.value ?? "") == fields[9])
        }
    }

    @Test func queries() throws {
        let fixtures = try Fixture.load("query")
        #expect(fixtures.count == 8)
        for fixture in fixtures {
            let fields = fixture.fields
            let query = SigV4Signer(region: fields[10]).presign(
                method: .get, host: fields[2], path: fields[3], query: fields[4],
                expiresAfter: try #require(Int(fields[5])), credentials: fixture.credentials, at: fixture.time)
            #expect(query.hasSuffix("&X-Amz-Signature=\(fields[12])"))
        }
    }

    /// The paths were encoded by Python; encoding them here must give the same bytes.
    @Test func paths() throws {
        for fixture in try Fixture.load("header") {
            let plain = try #require(PercentEncoding.decode(fixture.fields[3]))
            #expect(PercentEncoding.path(SharedBytes(plain)) == fixture.fields[3])
        }
    }
}
