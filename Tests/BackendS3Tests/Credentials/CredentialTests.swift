// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Foundation
import HTTPTransport
import StorageModel
import Testing

@Suite struct CredentialTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "godwit-\(UUID().uuidString)")

    private static func tools(_ environment: [String: String]) -> CredentialTools {
        let client = HTTPClient(HTTPConfiguration())
        return CredentialTools(environment: environment, client: { client }, localClient: { client })
    }

    private func profile(
        _ name: String? = nil, credentials: String? = nil, configuration: String? = nil,
        environment: [String: String] = [:]
    ) throws -> ProfileCredentials {
        let home = directory.appending(path: UUID().uuidString)
        let folder = home.appending(path: ".aws")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try credentials?.write(to: folder.appending(path: "credentials"), atomically: true, encoding: .utf8)
        try configuration?.write(to: folder.appending(path: "config"), atomically: true, encoding: .utf8)
        return ProfileCredentials(
            profile: name, tools: Self.tools(environment.merging(["HOME": home.path()]) { $1 }))
    }

    private static let files = (
        credentials: """
        # two people
        [default]
        aws_access_key_id = AKD
        aws_secret_access_key=secret/with+signs= # and a comment

        [ work ]\r
        AWS_ACCESS_KEY_ID = AKW\r
        aws_secret_access_key = sw#no-comment\r
        aws_session_token = tw\r
        """,
        configuration: """
        [default]
        region = eu-west-1
        s3 =
          addressing_style = path
          region = nested
        [profile work]
        region = eu-west-3
        endpoint_url = https://store.example
        aws_access_key_id = ignored
        aws_secret_access_key = ignored
        [profile "only config"]
        aws_access_key_id = AKC
        aws_secret_access_key = sc
        services = mine
        [services mine]
        s3 =
          endpoint_url = https://mine.example
        """
    )

    @Test func profiles() async throws {
        let files = Self.files
        let standard = try profile(credentials: files.credentials, configuration: files.configuration)
        #expect(
            try await standard.credentials()
                == Credentials(accessKeyID: "AKD", secretAccessKey: "secret/with+signs="))
        #expect(try standard.region == "eu-west-1")
        #expect(try standard.endpoint(of: "s3") == nil)

        let work = try profile("work", credentials: files.credentials, configuration: files.configuration)
        #expect(
            try await work.credentials()
                == Credentials(accessKeyID: "AKW", secretAccessKey: "sw#no-comment", sessionToken: "tw"))
        #expect(try work.region == "eu-west-3")
        #expect(try work.endpoint(of: "s3") == "https://store.example")

        let other = try profile(
            credentials: files.credentials, configuration: files.configuration,
            environment: ["AWS_PROFILE": "only config", "AWS_DEFAULT_PROFILE": "work"])
        #expect(try await other.credentials()?.accessKeyID == "AKC")
        #expect(try other.endpoint(of: "s3") == "https://mine.example")
    }

    @Test func noFilesAndNoSuchProfile() async throws {
        #expect(try await profile().credentials() == nil)
        let missing = try profile("nobody", credentials: Self.files.credentials)
        await #expect {
            try await missing.credentials()
        } throws: {
            let error = try #require($0 as? StorageError)
            return error.kind == .invalidConfiguration && error.message.contains("nobody")
                && error.message.contains("default, work")
        }
    }

    @Test(
        arguments: [
            ("role_arn = r", "source_profile"),
            ("role_arn = r\nsource_profile = default\ncredential_source = Environment", "source_profile"),
            ("role_arn = r\nsource_profile = nobody", "nobody"), ("role_arn = r\nsource_profile = p", "its own"),
            ("role_arn = r\nsource_profile = q\n[profile q]\nrole_arn = s\nsource_profile = p", "q, p"),
            ("role_arn = r\ncredential_source = Moon", "Moon"),
            ("role_arn = r\ncredential_source = Environment\nduration_seconds = 10", "duration_seconds"),
            ("sso_session = corp", "corp"), ("sso_start_url = https://x", "sso_region"),
            ("login_session = x", "login_session"),
        ])
    func whatCannotWorkIsNamed(_ lines: String, _ word: String) async throws {
        let source = try profile("p", configuration: "[profile p]\n\(lines)")
        await #expect {
            try await source.credentials()
        } throws: {
            let error = try #require($0 as? StorageError)
            return error.kind == .invalidConfiguration && error.message.contains(word)
        }
    }

    @Test func aRoleIsNotPassedOverForKeys() async throws {
        let source = try profile(
            "p", credentials: "[p]\naws_access_key_id=a\naws_secret_access_key=b",
            configuration: "[profile p]\nrole_arn = r")
        await #expect(throws: StorageError.self) { try await source.credentials() }
    }

    @Test func halfAPairIsAnError() async throws {
        let source = try profile(credentials: "[default]\naws_access_key_id=a")
        await #expect(throws: StorageError.self) { try await source.credentials() }
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            await #expect {
                try await EnvironmentCredentials(environment: [name: "hidden"]).credentials()
            } throws: {
                !"\($0)".contains("hidden") && "\($0)".contains(name)
            }
        }
    }

    @Test func environmentAndChain() async throws {
        let environment = EnvironmentCredentials(environment: [
            "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "",
        ])
        let found = Credentials(accessKeyID: "a", secretAccessKey: "b")
        #expect(try await environment.credentials() == found)
        let empty = EnvironmentCredentials(environment: [:])
        #expect(try await empty.credentials() == nil)
        #expect(try await CredentialChain([empty, environment]).credentials() == found)
        #expect(try await StaticCredentials(found).credentials() == found)
        #expect(try await AnonymousCredentials().credentials() == nil)
        let nothing = CredentialChain([empty, try profile()])
        await #expect {
            try await nothing.credentials()
        } throws: {
            let error = try #require($0 as? StorageError)
            return error.kind == .unauthenticated && error.message.contains("AWS_ACCESS_KEY_ID")
                && error.message.contains(".aws/credentials")
        }
    }

    @Test func secretsAreNotShown() {
        let credentials = Credentials(accessKeyID: "id", secretAccessKey: "hidden1", sessionToken: "hidden2")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), "\([credentials])", dumped] {
            #expect(text.contains("id") && !text.contains("hidden"))
        }
    }
}
