// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import HTTPTransport
import StorageModel
import Synchronization
import Testing

@testable import BackendS3

/// Sources that ask a service, a container, an instance or a program.
@Suite struct CredentialServiceTests {
    private static let now = Timestamp(seconds: 1_767_323_045)  // 2026-01-02T03:04:05Z

    private static func sts(_ action: String, _ key: String) -> String {
        """
        <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result><Credentials>
        <AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>s3cret</SecretAccessKey><SessionToken>tok</SessionToken>
        <Expiration>2026-01-02T04:04:05Z</Expiration></Credentials></\(action)Result></\(action)Response>
        """
    }

    private static func form(_ request: ScriptedServer.Request) -> [String: String] {
        let pairs = String(decoding: request.body, as: UTF8.self).split(separator: "&").map { $0.split(separator: "=") }
        return Dictionary(
            uniqueKeysWithValues: pairs.map { (String($0[0]), $0.count > 1 ? $0[1].removingPercentEncoding ?? "" : "") }
        )
    }

    /// Runs `body` with tools in a home directory of its own, whose files are `files`.
    private static func use(
        files: [String: String] = [:], environment: [String: String] = [:], code: String? = nil,
        _ handler: @escaping @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply,
        _ body: (CredentialTools, ScriptedServer, URL) async throws -> Void
    ) async throws {
        let server = try ScriptedServer(handler)
        defer { server.stop() }
        let home = FileManager.default.temporaryDirectory.appending(path: "godwit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        for (name, text) in files {
            let file = home.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let client = HTTPClient(HTTPConfiguration())
        defer { client.shutdown() }
        var all = environment.mapValues { $0.replacingOccurrences(of: "SERVER", with: server.endpoint) }
        all = all.mapValues { $0.replacingOccurrences(of: "HOME", with: home.path()) }
        all["HOME"] = home.path()
        let tools = CredentialTools(
            environment: all, client: { client }, localClient: { client }, now: { now }, askForCode: { _ in code })
        try await body(tools, server, home)
    }

    private static func failure(_ body: () async throws -> Void) async -> StorageError? {
        await ScriptedStore.failure(body)
    }

    private static let profiles = """
        [default]
        region = eu-west-3
        [profile base]
        aws_access_key_id = AKB
        aws_secret_access_key = sb
        [profile middle]
        role_arn = arn:aws:iam::1:role/middle
        source_profile = base
        [profile top]
        role_arn = arn:aws:iam::2:role/top
        source_profile = middle
        external_id = ex+1
        role_session_name = me
        duration_seconds = 1800
        [profile device]
        role_arn = arn:aws:iam::2:role/device
        source_profile = base
        mfa_serial = arn:aws:iam::1:mfa/jo
        [profile web]
        role_arn = arn:aws:iam::2:role/web
        web_identity_token_file = ~/token
        [profile own]
        aws_access_key_id = AKO
        aws_secret_access_key = so
        role_arn = arn:aws:iam::2:role/own
        source_profile = own
        [profile environment]
        role_arn = arn:aws:iam::2:role/e
        credential_source = Environment
        """

    @Test func aChainOfRoles() async throws {
        try await Self.use(files: [".aws/config": Self.profiles], environment: ["AWS_ENDPOINT_URL_STS": "SERVER"]) {
            .answer(200, [:], Self.sts("AssumeRole", "AK\($1)"))
        } _: { tools, server, _ in
            let found = try await ProfileCredentials(profile: "top", tools: tools).credentials()
            #expect(
                found
                    == Credentials(
                        accessKeyID: "AK1", secretAccessKey: "s3cret", sessionToken: "tok",
                        expiration: Timestamp(seconds: Self.now.seconds + 3600)))
            let forms = server.requests.map(Self.form)
            #expect(forms.map { $0["RoleArn"] } == ["arn:aws:iam::1:role/middle", "arn:aws:iam::2:role/top"])
            #expect(forms[0]["RoleSessionName"] == "godwit-1767323045" && forms[0]["ExternalId"] == nil)
            #expect(forms[1]["RoleSessionName"] == "me" && forms[1]["ExternalId"] == "ex+1")
            #expect(forms[1]["DurationSeconds"] == "1800" && forms[1]["Version"] == "2011-06-15")
            let signers = server.requests.map { $0.headers["authorization"] ?? "" }
            #expect(signers[0].contains("Credential=AKB/20260102/us-east-1/sts/aws4_request"))
            #expect(
                signers[1].contains("Credential=AK0/") && server.requests[1].headers["x-amz-security-token"] == "tok")
        }
    }

    @Test(arguments: [("own", "AKO"), ("environment", "AKE")])
    func aRoleByKeysOfItsOwn(_ name: String, _ caller: String) async throws {
        let environment = [
            "AWS_ENDPOINT_URL_STS": "SERVER", "AWS_ACCESS_KEY_ID": "AKE", "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_REGION": "eu-west-1",
        ]
        try await Self.use(files: [".aws/config": Self.profiles], environment: environment) { _, _ in
            .answer(200, [:], Self.sts("AssumeRole", "AK"))
        } _: { tools, server, _ in
            let found = try await ProfileCredentials(profile: name, tools: tools).credentials()
            #expect(found?.accessKeyID == "AK")
            #expect(server.requests[0].headers["authorization"]?.contains("\(caller)/20260102/eu-west-1/sts") == true)
        }
    }

    @Test func aCodeIsAskedFor() async throws {
        for code in ["123456", nil] {
            try await Self.use(
                files: [".aws/config": Self.profiles], environment: ["AWS_ENDPOINT_URL_STS": "SERVER"], code: code
            ) { _, _ in
                .answer(200, [:], Self.sts("AssumeRole", "AK"))
            } _: { tools, server, _ in
                let source = ProfileCredentials(profile: "device", tools: tools)
                let error = await Self.failure { _ = try await source.credentials() }
                #expect(error?.kind == (code == nil ? .unauthenticated : nil))
                #expect(server.requests.map { Self.form($0)["TokenCode"] } == (code == nil ? [] : [code]))
                #expect(server.requests.allSatisfy { Self.form($0)["SerialNumber"] == "arn:aws:iam::1:mfa/jo" })
            }
        }
    }

    @Test func aWebIdentityIsReadAnew() async throws {
        try await Self.use(
            files: [".aws/config": Self.profiles, "token": "one\n"],
            environment: ["AWS_ENDPOINT_URL_STS": "SERVER", "AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token"]
        ) { _, _ in
            .answer(200, [:], Self.sts("AssumeRoleWithWebIdentity", "AK"))
        } _: { tools, server, home in
            let source = ProfileCredentials(profile: "web", tools: tools)
            _ = try await source.credentials()
            try "two".write(to: home.appending(path: "token"), atomically: true, encoding: .utf8)
            _ = try await source.credentials()
            #expect(server.requests.map { Self.form($0)["WebIdentityToken"] } == ["one", "two"])
            #expect(server.requests.allSatisfy { $0.headers["authorization"] == nil })
            let ofEnvironment = try #require(WebIdentityCredentials(tools, region: nil, endpoint: server.endpoint))
            let error = await Self.failure { _ = try await ofEnvironment.credentials() }
            #expect(error?.advice?.contains("AWS_ROLE_ARN") == true)
        }
    }

    @Test func whatSTSRefusesIsExplained() async throws {
        let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>"
        for (status, body, kind, isTransient) in [
            (403, denied, StorageError.Kind.permissionDenied, false), (503, "", .unauthenticated, true),
            (200, "<html/>", .unauthenticated, false),
        ] {
            try await Self.use(files: [".aws/config": Self.profiles], environment: ["AWS_ENDPOINT_URL_STS": "SERVER"]) {
                _, _ in
                .answer(status, [:], body)
            } _: { tools, _, _ in
                let error = await Self.failure {
                    _ = try await ProfileCredentials(profile: "middle", tools: tools).credentials()
                }
                #expect(error?.kind == kind && error?.isTransient == isTransient)
                if status == 403 {
                    #expect(error?.message == "not you" && error?.advice?.contains("trust policy") == true)
                }
            }
        }
    }

    // MARK: Single sign-on

    private static let signOn = """
        [profile sso]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Reader
        [profile legacy]
        sso_start_url = https://corp.example/start
        sso_region = eu-west-1
        sso_account_id = 123456789012
        sso_role_name = Reader
        [sso-session corp]
        sso_region = eu-west-1
        sso_start_url = https://corp.example/start
        """
    private static let places = ["AWS_ENDPOINT_URL_SSO": "SERVER", "AWS_ENDPOINT_URL_SSO_OIDC": "SERVER"]
    // SHA-1 of "corp" and of the start URL.
    private static let corp = ".aws/sso/cache/" + Self.name("corp")
    private static let start = ".aws/sso/cache/" + Self.name("https://corp.example/start")

    private static func name(_ text: String) -> String {
        Digest.of(Array(text.utf8), .sha1).map { String(format: "%02x", $0) }.joined() + ".json"
    }

    private static func token(_ end: String, more: String = "") -> String {
        "{\"accessToken\":\"old\",\"expiresAt\":\"\(end)\",\"region\":\"eu-west-1\"\(more)}"
    }

    private static let renewable =
        ",\"clientId\":\"c\",\"clientSecret\":\"cs\",\"refreshToken\":\"r1\",\"registrationExpiresAt\":\"2027-01-01T00:00:00Z\""

    @Sendable private static func signOnService(_ request: ScriptedServer.Request, _: Int) -> ScriptedServer.Reply {
        if request.target == "/token" {
            return .answer(200, [:], "{\"accessToken\":\"new\",\"expiresIn\":3600,\"refreshToken\":\"r2\"}")
        }
        return .answer(
            200, [:],
            """
            {"roleCredentials":{"accessKeyId":"AKS","secretAccessKey":"s","sessionToken":"t","expiration":1767330245000}}
            """)
    }

    @Test func aSessionThatIsLoggedIn() async throws {
        for (profile, file, end) in [
            ("sso", Self.corp, "2026-01-02T08:00:00Z"), ("legacy", Self.start, "2026-01-02T08:00:00UTC"),
        ] {
            try await Self.use(
                files: [".aws/config": Self.signOn, file: Self.token(end)], environment: Self.places, Self.signOnService
            ) { tools, server, _ in
                let found = try await ProfileCredentials(profile: profile, tools: tools).credentials()
                #expect(found?.accessKeyID == "AKS" && found?.sessionToken == "t")
                #expect(found?.expiration == Timestamp(seconds: 1_767_330_245))
                #expect(
                    server.requests.map(\.target)
                        == ["/federation/credentials?role_name=Reader&account_id=123456789012"])
                #expect(server.requests[0].headers["x-amz-sso_bearer_token"] == "old")
            }
        }
    }

    @Test func aTokenIsRenewedAndWrittenForOthers() async throws {
        try await Self.use(
            files: [
                ".aws/config": Self.signOn, Self.corp: Self.token("2026-01-02T03:10:00Z", more: Self.renewable),
            ], environment: Self.places, Self.signOnService
        ) { tools, server, home in
            for _ in 0..<2 { _ = try await ProfileCredentials(profile: "sso", tools: tools).credentials() }
            #expect(server.requests.map(\.target).filter { $0 == "/token" }.count == 1)
            #expect(String(decoding: server.requests[0].body, as: UTF8.self).contains("\"refreshToken\":\"r1\""))
            #expect(server.requests.last?.headers["x-amz-sso_bearer_token"] == "new")
            let file = home.appending(path: Self.corp)
            let written = try String(contentsOf: file, encoding: .utf8)
            #expect(
                written.contains("\"r2\"") && written.contains("2026-01-02T04:04:05Z") && written.contains("\"cs\""))
            let permissions = try FileManager.default.attributesOfItem(atPath: file.path())[.posixPermissions]
            #expect(permissions as? Int == 0o600)
        }
    }

    @Test func whoIsNotLoggedInIsToldHow() async throws {
        let files = [
            [:], [Self.corp: Self.token("2026-01-02T03:00:00Z")], [Self.corp: "{"],
            [Self.corp: Self.token("2026-01-02T03:00:00Z", more: Self.renewable)],
        ]
        for file in files {
            try await Self.use(
                files: file.merging([".aws/config": Self.signOn]) { $1 }, environment: Self.places
            ) { _, _ in
                .answer(400, [:], "{}")
            } _: { tools, _, _ in
                let error = await Self.failure {
                    _ = try await ProfileCredentials(profile: "sso", tools: tools).credentials()
                }
                #expect(error?.kind == .unauthenticated && error?.advice == "log in: aws sso login --profile sso")
            }
        }
    }

    // MARK: Programs, containers, instances

    @Test func aProgram() async throws {
        let good =
            "{\"Version\":1,\"AccessKeyId\":\"AKP\",\"SecretAccessKey\":\"s\",\"Expiration\":\"2026-01-02T04:04:05Z\"}"
        let found = try await ProcessCredentials("/bin/echo '\(good)'", environment: [:]).credentials()
        #expect(found?.accessKeyID == "AKP")
        #expect(found?.expiration == Timestamp(seconds: Self.now.seconds + 3600))
        let big = "sh -c 'head -c 300000 /dev/zero >&2; echo \"$SAID\"'"
        let noisy = ProcessCredentials(big, environment: ["SAID": good, "PATH": "/usr/bin:/bin"])
        #expect(try await noisy.credentials()?.accessKeyID == "AKP")
        for (line, word) in [
            ("/bin/sh -c 'echo no such user >&2; exit 3'", "no such user"), ("/bin/echo", "not the JSON"),
            ("/bin/echo '{\"Version\":2,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\"}'", "version 1"),
            ("/bin/echo '{\"Version\":1}'", "no keys"), ("/no/such/program", "cannot be started"), ("'", "not closed"),
        ] {
            let error = await Self.failure { _ = try await ProcessCredentials(line, environment: [:]).credentials() }
            #expect(error?.kind == .unauthenticated && error?.message.contains(word) == true, "\(line)")
        }
    }

    private static let keys = "{\"AccessKeyId\":\"AKC\",\"SecretAccessKey\":\"s\",\"Token\":\"t\"}"

    @Test func aContainer() async throws {
        try await Self.use(
            files: ["token": "Bearer x\n"],
            environment: [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "SERVER/creds", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "other",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/token",
            ]
        ) { _, index in
            index == 0 ? .answer(500) : .answer(200, [:], Self.keys)
        } _: { tools, server, _ in
            let found = try await ContainerCredentials(tools).credentials()
            #expect(found == Credentials(accessKeyID: "AKC", secretAccessKey: "s", sessionToken: "t"))
            #expect(server.requests.map(\.target) == ["/creds", "/creds"])
            #expect(server.requests[0].headers["authorization"] == "Bearer x")
        }
        for (name, value) in [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil.example/creds"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.2.evil.example/creds"),
        ] {
            try await Self.use(environment: [name: value]) { _, _ in
                .answer(200, [:], Self.keys)
            } _: { tools, _, _ in
                let error = await Self.failure { _ = try await ContainerCredentials(tools).credentials() }
                #expect(error?.kind == .invalidConfiguration)
            }
        }
    }

    @Test func anInstance() async throws {
        for proves in [true, false] {
            try await Self.use(environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "SERVER/"]) { request, _ in
                switch (request.method, request.target) {
                case ("PUT", "/latest/api/token"): return proves ? .answer(200, [:], "proof") : .answer(404)
                case ("GET", "/latest/meta-data/iam/security-credentials/"): return .answer(200, [:], "role one\n")
                case ("GET", "/latest/meta-data/iam/security-credentials/role%20one"):
                    return .answer(200, [:], Self.keys)
                default: return .answer(500)
                }
            } _: { tools, server, _ in
                let found = try await InstanceCredentials(tools).credentials()
                #expect(found?.accessKeyID == "AKC")
                #expect(server.requests[0].headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600")
                #expect(
                    server.requests.dropFirst().allSatisfy { ($0.headers["x-aws-ec2-metadata-token"] != nil) == proves }
                )
            }
        }
        for (environment, status) in [
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "SERVER", "AWS_EC2_METADATA_DISABLED": "true"], 200),
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "SERVER", "AWS_EC2_METADATA_V1_DISABLED": "true"], 404),
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"], 200),
        ] {
            try await Self.use(environment: environment) { _, _ in
                .answer(status)
            } _: { tools, _, _ in
                let found = try await InstanceCredentials(tools).credentials()
                #expect(found == nil)
            }
        }
    }
}
