// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Synchronization
import Testing

@testable import BackendS3

/// What one corrected request cures.
@Suite struct CorrectionTests {
    private static let found: [String: String] = ["ETag": "\"abc\"", "Content-Length": "3"]

    private static func region(_ request: ScriptedServer.Request) -> String {
        let scope = request.headers["authorization"]?.split(separator: "/") ?? []
        return scope.count > 2 ? String(scope[2]) : ""
    }

    @Test func signsForTheRightRegionAndRemembersIt() async throws {
        try await ScriptedStore.use { request, _ in
            if Self.region(request) == "eu-west-1" { return .answer(200, Self.found) }
            return .answer(400, ["x-amz-bucket-region": "eu-west-1"])
        } _: { store in
            for _ in 0..<2 {
                let entry = try await store.backend.stat(ObjectKey("k"), version: nil)
                #expect(entry.size == 3)
            }
            #expect(store.server.requests.map(Self.region) == ["us-east-1", "eu-west-1", "eu-west-1"])
            #expect(store.ledger[.head] == 3)
        }
    }

    @Test func asksTheBucketForItsRegion() async throws {
        try await ScriptedStore.use { request, _ in
            if Self.region(request) == "eu-west-1" { return .answer(200, Self.found) }
            return .answer(301, request.target == "/bucket" ? ["x-amz-bucket-region": "eu-west-1"] : [:])
        } _: { store in
            let entry = try await store.backend.stat(ObjectKey("k"), version: nil)
            #expect(entry.size == 3)
            #expect(store.server.requests.map(\.target) == ["/bucket/k", "/bucket", "/bucket/k"])
        }
    }

    /// S3 answers a slow request with 400 RequestTimeout, of which a HEAD shows only the 400.
    @Test func sendsAHeadAgainWhoseBucketAnswers() async throws {
        for isLasting in [false, true] {
            try await ScriptedStore.use { request, index in
                if request.target == "/bucket" { return .answer(200) }
                return isLasting || index == 0 ? .answer(400) : .answer(200, Self.found)
            } _: { store in
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.stat(ObjectKey("k"), version: nil)
                }
                #expect(error?.kind == (isLasting ? .unexpected : nil))
                #expect(store.server.requests.map(\.target) == ["/bucket/k", "/bucket", "/bucket/k"])
            }
        }
    }

    @Test func givesUpAfterOneMove() async throws {
        try await ScriptedStore.use { request, index in
            .answer(301, ["x-amz-bucket-region": "eu-west-\(index + 1)"])
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await store.backend.stat(ObjectKey("k"), version: nil) }
            #expect(error?.kind == .invalidConfiguration)
            #expect(error?.advice == "bucket is in eu-west-2; add --region eu-west-2")
            #expect(store.server.requests.count == 2)
        }
    }

    @Test func setsItsClockByTheStores() async throws {
        try await ScriptedStore.use { request, _ in
            if request.headers["x-amz-date"]?.hasPrefix("20260102T04") == true {
                return .answer(200, ["ETag": "\"abc\""])
            }
            return .answer(
                403, ["Date": "Fri, 02 Jan 2026 04:04:05 GMT"],
                "<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>")
        } _: { store in
            let buffer = PartBuffer([1, 2, 3])
            _ = try await store.backend.write(buffer, to: ObjectKey("k"), WriteOptions())
            _ = try await store.backend.write(buffer, to: ObjectKey("k"), WriteOptions())
            #expect(store.server.requests.count == 3)
            #expect(store.server.requests.last?.body == [1, 2, 3])
        }
    }

    /// The first refusal sets the clock; those that were signed before are sent again all the same.
    @Test(.timeLimit(.minutes(10)))
    func signsAnewWhatWasUnderWayWhenTheClockWasSet() async throws {
        let refused = Mutex(0)
        try await ScriptedStore.use { request, _ in
            if request.headers["x-amz-date"]?.hasPrefix("20260102T04") == true {
                return .answer(200, ["ETag": "\"abc\""])
            }
            refused.withLock { $0 += 1 }
            // None is refused before all are under way.
            while refused.withLock({ $0 < 8 }) { Thread.sleep(forTimeInterval: 0.001) }
            return .answer(
                403, ["Date": "Fri, 02 Jan 2026 04:04:05 GMT"],
                "<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>")
        } _: { store in
            let backend = store.backend
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        _ = try await backend.write(PartBuffer([1]), to: ObjectKey("k\(number)"), WriteOptions())
                    }
                }
                try await group.waitForAll()
            }
            #expect(store.server.requests.count == 16)
        }
    }

    @Test func followsATemporaryRedirectToTheSameStoreOnly() async throws {
        try await ScriptedStore.use { request, _ in
            let port = request.headers["host"]?.split(separator: ":").last ?? ""
            if request.target.hasSuffix("/inside") {
                return .answer(307, ["Location": "http://127.0.0.1:\(port)/bucket/inside"])
            }
            return .answer(307, ["Location": "http://127.0.0.2:\(port)/bucket/outside"])
        } _: { store in
            let inside = await ScriptedStore.failure {
                _ = try await store.backend.stat(ObjectKey("inside"), version: nil)
            }
            #expect(inside?.kind == .invalidConfiguration)
            let before = store.server.requests.count
            #expect(before == 2 || before == 3)
            _ = await ScriptedStore.failure {
                _ = try await store.backend.write(PartBuffer([]), to: ObjectKey("outside"), WriteOptions())
            }
            #expect(store.server.requests.count == before + 1)
        }
    }

    /// Credentials that end before their time are replaced once, and who was refused meanwhile gets the same new ones.
    @Test func signsWithOtherCredentialsWhereTheyHaveEnded() async throws {
        final class Numbered: CredentialSource {
            let given = Mutex(0)
            let last: Int
            init(last: Int) { self.last = last }
            var place: String { "a test" }
            func credentials() async throws(StorageError) -> Credentials? {
                let number = given.withLock { given in
                    given = min(given + 1, last)
                    return given
                }
                return Credentials(accessKeyID: "k\(number)", secretAccessKey: "s")
            }
        }
        for last in [1, 2] {
            try await ScriptedStore.use(credentials: Numbered(last: last)) { request, _ in
                request.headers["authorization"]?.contains("k1/") == true
                    ? .answer(400, [:], "<Error><Code>ExpiredToken</Code><Message>m</Message></Error>")
                    : .answer(200, ["ETag": "\"abc\""])
            } _: { store in
                let buffer = PartBuffer([1])
                for _ in 0..<2 {
                    let error = await ScriptedStore.failure {
                        _ = try await store.backend.write(buffer, to: ObjectKey("k"), WriteOptions())
                    }
                    #expect(error?.kind == (last == 1 ? .unauthenticated : nil))
                }
                #expect(store.server.requests.count == (last == 1 ? 2 : 3))
            }
        }
    }
}
