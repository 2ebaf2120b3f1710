// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import HTTPTransport
import Settings
import StorageModel
import Testing

@testable import Godwit

@Suite struct S3RemoteTests {
    private func remote(
        _ options: [String: String], followsAWS: Bool = false, choosesProfile: Bool = false,
        _ environment: [String: String] = [:]
    ) throws -> S3Remote {
        let settings = RemoteSettings(
            kind: .s3, name: "r", options: options.map { RemoteOption($0, $1) }, followsAWS: followsAWS)
        let options = SessionOptions(environment: environment)
        return try S3Remote(
            settings, choosesProfile: choosesProfile, options: options, clients: HTTPClients(options),
            credentials: SharedCredentials())
    }

    private static let keys = ["access_key_id": "K", "secret_access_key": "S"]
    private static let environmentKeys = ["AWS_ACCESS_KEY_ID": "EK", "AWS_SECRET_ACCESS_KEY": "ES"]

    @Test func keysOfTheRemoteComeFirst() async throws {
        let own = try remote(Self.keys, Self.environmentKeys)
        #expect(try await own.credentials.credentials()?.accessKeyID == "K")
        #expect(own.settings.region == nil)
        let anonymous = try remote(["endpoint": "http://h"], Self.environmentKeys)
        #expect(try await anonymous.credentials.credentials() == nil)
        let fromEnvironment = try remote(["env_auth": "true"], Self.environmentKeys)
        #expect(try await fromEnvironment.credentials.credentials()?.accessKeyID == "EK")
        #expect(throws: StorageError.self) { try remote(["access_key_id": "K"]) }
    }

    @Test func awsRulesHoldForAWSLocations() async throws {
        let directory = try TemporaryDirectory()
        let config = try directory.write(
            "[profile p]\nregion = eu-west-1\nendpoint_url = http://profile:1\naws_access_key_id = PK\n"
                + "aws_secret_access_key = PS\n", to: "config")
        var environment = Self.environmentKeys
        environment["AWS_CONFIG_FILE"] = config
        environment["AWS_SHARED_CREDENTIALS_FILE"] = "\(directory.path)/none"
        environment["AWS_PROFILE"] = "p"
        let profiled = try remote([:], followsAWS: true, environment)
        #expect(profiled.settings.region == "eu-west-1")
        #expect(profiled.settings.endpoint == "http://profile:1")
        #expect(profiled.settings.provider.name == "Other")
        #expect(try await profiled.credentials.credentials()?.accessKeyID == "EK")
        environment["AWS_DEFAULT_REGION"] = "one"
        environment["AWS_REGION"] = "two"
        environment["AWS_ENDPOINT_URL"] = "https://any"
        environment["AWS_ENDPOINT_URL_S3"] = "https://s3"
        let set = try remote(["provider": "AWS"], followsAWS: true, environment)
        #expect(set.settings.region == "two" && set.settings.endpoint == "https://s3")
        let ignoring = try remote(
            ["provider": "AWS", "region": "mine"], followsAWS: true,
            environment.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 })
        #expect(ignoring.settings.region == "mine" && ignoring.settings.endpoint == nil)
        #expect(ignoring.settings.provider.name == "AWS")
        // A profile that was asked for wins over keys, those of the environment and the remote's own.
        let chosen = try remote(
            ["profile": "p"].merging(Self.keys) { $1 }, followsAWS: false, choosesProfile: true, environment)
        #expect(try await chosen.credentials.credentials()?.accessKeyID == "PK")
        #expect(chosen.settings.accessKeyID == nil)
    }

    @Test func providersAreNamedAsRcloneDoes() throws {
        #expect(try remote([:]).settings.provider.name == "AWS")
        #expect(try remote(["endpoint": "h:1"]).settings.provider.name == "Other")
        #expect(try remote(["provider": "ceph", "endpoint": "h"]).settings.provider.name == "Ceph")
        #expect(try remote(["provider": "Petabox", "endpoint": "h"]).settings.provider.name == "Other")
        #expect(throws: StorageError.self) { try remote(["provider": "Cehp"]) }
    }

    @Test func hostsOfAWSAreChosen() throws {
        let directory = try TemporaryDirectory()
        let config = try directory.write("[default]\nuse_dualstack_endpoint = true\n", to: "config")
        let environment = ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_CONFIG_FILE": config]
        let found = try remote([:], followsAWS: true, environment).settings
        #expect(found.usesFIPS && found.usesDualStack && !found.accelerates)
        let own = try remote(
            ["use_fips_endpoint": "false", "use_accelerate_endpoint": "true"], followsAWS: true, environment
        ).settings
        #expect(!own.usesFIPS && own.usesDualStack && own.accelerates)
        // A remote of its own asks nobody.
        #expect(try !remote([:], environment).settings.usesFIPS)
    }

    @Test func accessPointsAndSessionsAreAsAWSSays() throws {
        let directory = try TemporaryDirectory()
        let config = try directory.write(
            "[default]\ns3_disable_express_session_auth = true\ns3 =\n  use_arn_region = false\n"
                + "[profile plain]\ns3_use_arn_region = false\n", to: "config")
        let environment = ["AWS_CONFIG_FILE": config]
        let found = try remote([:], followsAWS: true, environment).settings
        #expect(found.followsAWS && !found.usesARNRegion && found.disablesExpressSessions)
        let profiled = try remote([:], followsAWS: true, environment.merging(["AWS_PROFILE": "plain"]) { $1 }).settings
        #expect(!profiled.usesARNRegion && !profiled.disablesExpressSessions)
        let own = try remote(
            ["use_arn_region": "false", "directory_bucket": "true"], followsAWS: true,
            ["AWS_S3_USE_ARN_REGION": "true", "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": "true"]
        ).settings
        #expect(!own.usesARNRegion && own.disablesExpressSessions && own.listsDirectoryBuckets)
        // A remote of its own asks nobody.
        let plain = try remote([:], environment).settings
        #expect(plain.usesARNRegion && !plain.disablesExpressSessions && !plain.followsAWS)
    }

    @Test func customerKeysAreChecked() throws {
        let text = "0123456789abcdef0123456789abcdef", encoded = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
        let key = CustomerKey(Array(text.utf8))
        #expect(try remote(["sse_customer_key": text]).settings.customerKey == key)
        #expect(
            try remote(["sse_customer_key_base64": encoded, "sse_customer_key_md5": "hRasmdxgYDKV3nvbahU1MA=="])
                .settings.customerKey == key)
        for wrong in [
            ["sse_customer_key": "short"], ["sse_customer_key_base64": "!"], ["sse_customer_key_md5": "x"],
            ["sse_customer_key": text, "sse_customer_key_base64": encoded],
            ["sse_customer_key": text, "sse_customer_key_md5": "AAAA"],
            ["sse_customer_key": text, "sse_customer_algorithm": "AES128"],
            ["sse_customer_key": text, "server_side_encryption": "AES256"],
        ] {
            let error = #expect(throws: StorageError.self) { try remote(wrong) }
            #expect(error?.kind == .invalidConfiguration && error.map { !"\($0)".contains(text) } == true)
        }
    }

    @Test func valuesReachTheBackend() throws {
        let settings = try remote([
            "force_path_style": "false", "list_version": "1", "list_chunk": "5000", "list_url_encode": "unset",
            "requester_pays": "true", "server_side_encryption": "AES256", "storage_class": "GLACIER", "acl": "private",
        ]).settings
        #expect(settings.forcePathStyle == false && settings.provider.listVersion == 1 && settings.listChunk == 1000)
        #expect(settings.provider.listsURLEncoded && settings.requesterPays)
        #expect(settings.serverSideEncryption == "AES256" && settings.storageClass == "GLACIER")
        #expect(throws: StorageError.self) { try remote(["force_path_style": "maybe"]) }
        #expect(throws: StorageError.self) { try remote(["list_chunk": "0"]) }
    }

    @Test func whatTheStoreDoesComesBeforeItsProvider() throws {
        for option in ProviderOption.all {
            // What each provider says of it may be said by the option, and is then what the backend goes by.
            for provider in Provider.all {
                let value = option.value(in: provider)
                let settings = try remote(["provider": "Ceph", option.name: value]).settings
                #expect(option.value(in: settings.provider) == value, "\(option.name) = \(value)")
            }
            let error = #expect(throws: StorageError.self) {
                try remote(["provider": "Ceph", option.name: "\u{1b}, x"])
            }
            #expect(error?.kind == .invalidConfiguration, "\(option.name)")
        }
        #expect(try remote(["provider": "IBMCOS", "list_version": "0"]).settings.provider.listVersion == 1)
        #expect(try remote(["provider": "Ceph", "takes_md5": "0"]).settings.provider.takesMD5 == false)
        #expect(try remote(["provider": "Other", "use_multipart_etag": "unset"]).settings.provider == .other)
    }

    @Test func theWayOfSendingIsChosen() throws {
        #expect(try remote([:]).settings.payloadMode == nil)
        for mode in PayloadMode.allCases {
            #expect(try remote(["payload_mode": mode.rawValue.uppercased()]).settings.payloadMode == mode)
        }
        let both = try remote(["payload_mode": "chunked", "use_unsigned_payload": "true"]).settings
        #expect(both.payloadMode == .chunked && both.usesUnsignedPayload == true)
        let error = #expect(throws: StorageError.self) { try remote(["payload_mode": "streaming"]) }
        #expect(error?.kind == .invalidConfiguration)
        #expect(error?.message == "the option payload_mode is \"streaming\"")
        #expect(error?.advice == "it may be signed, unsigned, chunked")
    }

    @Test func connectingIsSharedWhereItIsTheSame() throws {
        var options = SessionOptions(environment: [:])
        let rates = TransferRates(upload: 100)
        options.rates = rates
        options.requestLimit = RequestLimit(perSecond: 5)
        let clients = HTTPClients(options)
        let plain = clients.client(HTTPClients.Way())
        #expect(plain === clients.client(HTTPClients.Way()))
        #expect(plain.configuration.uploadRate.bytesPerSecond == 100)
        var unverified = HTTPClients.Way()
        unverified.verifiesCertificates = false
        #expect(plain !== clients.client(unverified))
        #expect(!clients.client(unverified).configuration.verifiesCertificates)
        // Whatever the way, the rates are those of all together.
        rates.set(upload: 200, download: 300)
        for client in [plain, clients.client(unverified)] {
            #expect(client.configuration.uploadRate.bytesPerSecond == 200)
            #expect(client.configuration.downloadRate.bytesPerSecond == 300)
            #expect(client.configuration.requestRate === options.requestLimit?.rate)
        }
        clients.shutdown()
    }

    @Test func proxiesComeFromTheEnvironment() {
        let environment = [
            "HTTP_PROXY": "http://a", "http_proxy": "http://b", "HTTPS_PROXY": "http://c", "NO_PROXY": "x,y",
            "AWS_CA_BUNDLE": "/ca.pem",
        ]
        let http = HTTPClients.Way(scheme: "http", environment: environment)
        #expect(http.proxy == "http://b" && http.noProxy == "x,y" && http.caFile == "/ca.pem")
        #expect(HTTPClients.Way(scheme: "https", environment: environment).proxy == "http://c")
        #expect(HTTPClients.Way(scheme: "https", environment: ["all_proxy": "socks5://d"]).proxy == "socks5://d")
        #expect(HTTPClients.Way(scheme: "https", environment: ["NO_PROXY": "x"]) == HTTPClients.Way())
    }
}
