// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Ways to sign in, by the built binary against servers that play AWS's services.
    @Suite struct CredentialTests {
        /// A store that also has STS, and a binary whose `s3://` is that store, without keys of its own.
        private func scene(_ store: Store) throws -> Godwit {
            var godwit = try Godwit()
            godwit.environment["AWS_ENDPOINT_URL"] = store.endpoint
            godwit.environment["AWS_REGION"] = "us-east-1"
            godwit.environment["AWS_EC2_METADATA_DISABLED"] = "true"
            try FileManager.default.createDirectory(
                atPath: godwit.scratch.path("home/.aws"), withIntermediateDirectories: true)
            return godwit
        }

        private func write(_ text: String, to path: String) throws {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }

        @Test(.enabled(if: Store.moto != nil))
        func aRoleIsAssumedOnceForARun() async throws {
            let store = try #require(Store.moto), bucket = try await store.makeBucket("role")
            var godwit = try scene(store)
            try write(
                """
                [profile base]
                aws_access_key_id = testkey
                aws_secret_access_key = testsecret
                [profile role]
                role_arn = arn:aws:iam::123456789012:role/copier
                source_profile = base
                """, to: godwit.scratch.path("home/.aws/config"))
            for number in 0..<20 { try write("\(number)", to: godwit.scratch.path("f\(number)")) }
            try await godwit("copy", "--profile", "role", godwit.scratch.path(""), "s3://\(bucket)/", "--include=/f*")
            godwit.environment["AWS_PROFILE"] = "role"
            let listed = try await godwit("lsf", "s3://\(bucket)")
            #expect(listed.text.split(separator: "\n").count == 20)
        }

        @Test(.enabled(if: Store.moto != nil))
        func aWebIdentityAndARoleOfTheRemotesOwn() async throws {
            let store = try #require(Store.moto), bucket = try await store.makeBucket("web")
            var godwit = try scene(store)
            let token = godwit.scratch.path("token")
            try write("a.b.c\n", to: token)
            godwit.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = token
            godwit.environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/web"
            try await godwit("copyto", token, "s3://\(bucket)/one")
            try await godwit(
                "copyto", token,
                store.location("\(bucket)/two", options: ",role_arn=\"arn:aws:iam::123456789012:role/own\""))
            #expect(try await store.keys(bucket) == ["one", "two"])
        }

        @Test(.enabled(if: Store.moto != nil))
        func anInstanceHasARole() async throws {
            let store = try #require(Store.moto), bucket = try await store.makeBucket("instance")
            var godwit = try scene(store)
            godwit.environment["AWS_EC2_METADATA_DISABLED"] = nil
            godwit.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = store.endpoint
            try await godwit("ls", "s3://\(bucket)")
        }

        @Test(.enabled(if: Store.seaweedfs != nil))
        func aProgramPrintsKeys() async throws {
            let store = try #require(Store.seaweedfs), bucket = try await store.makeBucket("program")
            let godwit = try scene(store)
            let count = godwit.scratch.path("count"), program = godwit.scratch.path("keys.sh")
            try write(
                """
                #!/bin/sh
                echo x >> '\(count)'
                echo '{"Version":1,"AccessKeyId":"testkey","SecretAccessKey":"testsecret"}'
                """, to: program)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
            try write(
                "[default]\ncredential_process = \"\(program)\" --for godwit\n",
                to: godwit.scratch.path("home/.aws/config")
            )
            for number in 0..<20 { try write("\(number)", to: godwit.scratch.path("f\(number)")) }
            try await godwit("copy", godwit.scratch.path(""), "s3://\(bucket)/", "--include=/f*")
            #expect(try await store.keys(bucket).count == 20)
            // One process, however many requests.
            #expect(try String(contentsOfFile: count, encoding: .utf8) == "x\n")
        }

        @Test func whereThereAreNoneAllPlacesAreNamed() async throws {
            let godwit = try scene(Store(name: "nobody", endpoint: "http://127.0.0.1:1", provider: "Other"))
            let outcome = try await godwit("ls", "s3://bucket", exit: 7)
            for place in ["AWS_ACCESS_KEY_ID", ".aws/config", "AWS_CONTAINER_CREDENTIALS", "metadata"] {
                #expect(outcome.errorText.contains(place))
            }
        }
    }
}
