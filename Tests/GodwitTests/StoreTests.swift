// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Godwit
import StorageModel
import SyncEngine
import Testing

/// A session against a real store. It runs where one is named.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["GODWIT_TEST_SEAWEEDFS"] != nil))
struct StoreTests {
    private var endpoint: String { ProcessInfo.processInfo.environment["GODWIT_TEST_SEAWEEDFS"] ?? "" }

    private func location(_ path: String) -> String {
        ":s3,provider=SeaweedFS,endpoint=\"\(endpoint)\",access_key_id=testkey,secret_access_key=testsecret:\(path)"
    }

    private func place(_ session: Session, _ location: String, _ side: Session.Side) async throws -> SyncLocation {
        let open = try await session.open(location, as: side, expecting: .prefix)
        guard case .prefix(let prefix) = open.form, let backend = open.backend else {
            throw StorageError(.unexpected, during: .validate, message: "\(location) is no prefix")
        }
        return SyncLocation(backend: backend, prefix: prefix)
    }

    @Test func aTreeGoesToTheStoreAndBack() async throws {
        let (from, back) = (try TemporaryDirectory(), try TemporaryDirectory())
        for index in 0..<300 {
            try from.write("content \(index)", to: "d\(index % 7)/e+ %&\(index % 3)/\u{e9}\(index)")
        }
        for name in ["foo-bar", "foo.d/x", ".dot", "empty"] { try from.write("", to: name) }
        try from.write(String(repeating: "0123456789abcdef", count: 1 << 20), to: "large")
        var options = SessionOptions(environment: [:])
        options.createsContainers = true
        let session = try Session(options)
        defer { session.shutdown() }
        let bucket = "session-\(UUID().uuidString.lowercased())"
        var sync = SyncOptions(mode: .sync)
        sync.transferring.partSize = 5 << 20
        let local = try await place(session, from.path, .source)
        let store = try await place(session, location("\(bucket)/pre/fix"), .target)
        let there = await session.run(sync, from: local, to: store)
        #expect(there.stop == nil && there.objects.transferred == 305, "\(there.failures)")
        let heads = session.requests[.head]
        let again = await session.run(sync, from: local, to: store)
        #expect(again.stop == nil && again.objects.transferred == 0 && again.objects.skipped == 305)
        #expect(session.requests[.head] - heads <= 5)
        let other = try await place(session, location("\(bucket)/other/"), .target)
        let copied = await session.run(sync, from: store, to: other)
        #expect(copied.objects.serverCopied == 305 && copied.objects.transferred == 0, "\(copied.failures)")
        let returned = await session.run(sync, from: other, to: try await place(session, back.path, .target))
        #expect(returned.stop == nil && returned.objects.transferred == 305, "\(returned.failures)")
        #expect(try back.contents == from.contents)

        #expect(
            try await session.open(location("\(bucket)/pre/fix/large"), as: .source).form
                == .object(ObjectKey("pre/fix/large")))
        #expect(
            try await session.open(location("\(bucket)/pre/fix"), as: .source).form == .prefix(ObjectKey("pre/fix/")))
        #expect(try await session.open(location("\(bucket)/pre/fi"), as: .source).form == .prefix(ObjectKey("pre/fi/")))
        #expect(try await session.containers(of: location("")).map(\.name).contains(bucket))
        let link = try await session.presign(location("\(bucket)/pre/fix/foo-bar"), expires: .seconds(60))
        #expect(link.contains("X-Amz-Signature") && !link.contains("testsecret"))
    }

    @Test func aMissingBucketIsSaid() async throws {
        let session = try Session(SessionOptions(environment: [:]))
        defer { session.shutdown() }
        let absent = location("absent-\(UUID().uuidString.lowercased())/x")
        do {
            _ = try await session.open(absent, as: .source)
            Issue.record("a missing bucket was opened")
        } catch {
            #expect(error.kind == .containerNotFound, "\(error)")
        }
        let target = try TemporaryDirectory()
        let report = await session.run(
            SyncOptions(mode: .copy), from: try await place(session, absent, .source),
            to: try await place(session, target.path, .target))
        guard case .failed(let error) = report.stop else {
            Issue.record("the run did not stop")
            return
        }
        #expect(error.kind == .containerNotFound)
    }

    /// AWS's own rules, at an endpoint of one's own whose make is not told.
    @Test func awsLocationsFollowTheEnvironment() async throws {
        let (from, back) = (try TemporaryDirectory(), try TemporaryDirectory())
        for name in ["foo", "foo-bar", "foo.d/x", "fo/x/y"] { try from.write(name, to: name) }
        var options = SessionOptions(environment: [
            "AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret", "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
        ])
        options.createsContainers = true
        let session = try Session(options)
        defer { session.shutdown() }
        let bucket = "s3://session-\(UUID().uuidString.lowercased())/p"
        let source = try await place(session, from.path, .source)
        let store = try await place(session, bucket, .target)
        let there = await session.run(SyncOptions(mode: .sync), from: source, to: store)
        #expect(there.stop == nil && there.objects.transferred == 4, "\(there.failures)")
        let again = await session.run(SyncOptions(mode: .sync), from: source, to: store)
        #expect(again.stop == nil && again.objects.transferred == 0, "\(again.failures)")
        let returned = await session.run(
            SyncOptions(mode: .sync), from: store, to: try await place(session, back.path, .target))
        #expect(returned.stop == nil)
        #expect(try back.contents == from.contents)
    }
}
