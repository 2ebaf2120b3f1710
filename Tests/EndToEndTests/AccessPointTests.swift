// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// A bucket through an access point that is named by its ARN.
    @Suite(.enabled(if: Store.ministack != nil)) struct AccessPointTests {
        /// The store by a name, before which the access point's can stand.
        private func named() throws -> Store {
            var store = try #require(Store.ministack)
            store.endpoint = store.endpoint.replacing("127.0.0.1", with: "localhost")
            return store
        }

        private func open(_ store: Store, _ bucket: String) async throws -> String {
            let name = "door-\(UUID().uuidString.lowercased().prefix(8))"
            try await #require(Store.ministack).tool("door", bucket, name)
            return "arn:aws:s3:us-east-1:000000000000:accesspoint/\(name)"
        }

        @Test("a tree goes through it there and back")
        func thereAndBack() async throws {
            var godwit = try Godwit()
            let store = try named()
            let bucket = try await #require(Store.ministack).makeBucket("doors")
            let door = try await open(store, bucket)
            var random = SeededRandom(seed: 81)
            var tree = FileTree()
            for number in 0..<30 { tree["d/\(number)"] = random.file(number * 99) }
            tree["large"] = random.file(12 << 20)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)

            godwit.name(store, "store")
            let location = "store:\(door)/in/"
            #expect(try await godwit.summary("sync", source, location).objects.transferred == 31)
            #expect(try await #require(Store.ministack).keys(bucket, "in/").count == 31)
            #expect(try await godwit.summary("sync", source, location).changedNothing)

            // As aws-cli writes it too, by AWS's own rules.
            godwit.environment.merge(
                [
                    "AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret", "AWS_REGION": "us-east-1",
                    "AWS_ENDPOINT_URL": store.endpoint,
                ]) { $1 }
            let name = "s3://\(door.replacing("accesspoint/", with: "accesspoint:"))/in"
            let back = godwit.scratch.path("back")
            try await godwit("sync", name + "/", back)
            #expect(tree.differences(from: try FileTree(reading: back)) == [])
            // One object and a listing.
            #expect(try await godwit("cat", name + "/d/3").output == tree["d/3"]?.content)
            #expect(try await godwit("lsf", name).lines == ["d/", "large"])
            try await godwit("delete", name + "/d/")
            #expect(try await #require(Store.ministack).keys(bucket) == ["in/large"])
        }

        @Test("what is no access point is refused, and how it can be reached is told")
        func refused() async throws {
            let godwit = try Godwit()
            for (arn, advice) in [
                ("arn:aws:s3::123456789012:accesspoint/x.mrap", "name the access point or the bucket of one region"),
                (
                    "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/x",
                    "name the access point that it stands"
                ),
                ("arn:aws:s3:::bucket", "write arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME"),
            ] {
                let outcome = try await godwit("ls", try named().location("\(arn)/k"), exit: 2)
                #expect(outcome.errorText.contains(advice), "\(outcome.errorText)")
            }
        }
    }
}
