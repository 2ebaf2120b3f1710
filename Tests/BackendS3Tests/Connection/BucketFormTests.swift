// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// What names mean, and where that leads. Hosts of many kinds are compared with botocore's in ``EndpointOracleTests``.
@Suite struct BucketFormTests {
    private static let point = "arn:aws:s3:eu-west-1:123456789012:accesspoint/door"
    private static let outpost = "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/door"
    private static let directory = "mine--use1-az4--x-s3"

    private func connection(
        _ bucket: String, _ provider: Provider = .aws, _ configure: (inout S3Settings) -> Void = { _ in }
    ) -> S3Connection {
        var settings = S3Settings(provider: provider)
        configure(&settings)
        let client = HTTPClient(HTTPConfiguration())
        defer { client.shutdown() }
        return S3Connection(
            bucket: bucket, settings: settings, credentials: ScriptedStore.fixed, client: client,
            ledger: RequestLedger(), now: { ScriptedStore.clock })
    }

    @Test func readsAccessPoints() throws {
        let point = try AccessPoint(arn: Self.point)
        #expect(point.region == "eu-west-1" && point.label == "door-123456789012" && point.service == "s3")
        let outpost = try AccessPoint(arn: Self.outpost)
        #expect(outpost.label == "door-123456789012.op-1" && outpost.service == "s3-outposts")
    }

    @Test(arguments: [
        ("arn:aws:s3::123456789012:accesspoint/x.mrap", "SigV4A"),
        ("arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/x", "Object Lambda"),
        ("arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/bucket/x", "no host of its own"),
        ("arn:aws:s3:::bucket", "names no access point"), ("arn:aws:s3", "names no access point"),
        ("arn:aws:s3:eu-west-1:123456789012:accesspoint/", "names no access point"),
        ("arn:aws:s3:eu-west-1:123456789012:accesspoint/a:b", "names no access point"),
        ("arn:aws:s3:eu-west-1::accesspoint/a", "names no access point"),
        ("arn:aws:s3:evil.example/:1:accesspoint/a", "names no access point"),
        ("arn:aws:s3:eu-west-1:1:accesspoint/a.b", "names no access point"),
        ("arn:aws:s3-outposts:eu-west-1:1:outpost/op.1/accesspoint/a", "names no access point"),
        ("arn:aws:iam:eu-west-1:1:role/a", "names no access point"),
    ])
    func refusesOtherNames(arn: String, words: String) {
        let problem = connection(arn).settingsProblem
        #expect(problem.kind == .invalidConfiguration && problem.message.contains(words), "\(problem)")
        #expect(problem.location == "s3://\(arn)" && problem.advice != nil)
    }

    @Test func readsDirectoryBuckets() throws {
        #expect(try DirectoryBucket(name: Self.directory).zone == "use1-az4")
        let local = try DirectoryBucket(name: "a--b--usw2-lax1-az1--x-s3")
        #expect(local.zone == "usw2-lax1-az1" && local.isInLocalZone)
        #expect(try DirectoryBucket(name: "door--use1-az4--xa-s3").zone == "use1-az4")
        for name in ["mine--x-s3", "--use1-az4--x-s3", "mine----x-s3", "Mine--use1-az4--x-s3", "a.b--use1-az4--x-s3"] {
            #expect(throws: SettingsRefusal.self, "\(name)") { try DirectoryBucket(name: name) }
        }
        #expect(connection("mine--x-s3").settingsProblem.message.contains("names no zone"))
    }

    @Test func otherStoresMayNameBucketsSo() throws {
        let store = connection(Self.directory, .ceph) { $0.endpoint = "https://s3.example.com" }
        #expect(store.form == .general && store.policy.provider.name == "Ceph")
        let followed = connection(Self.directory, .other) {
            $0.endpoint = "https://s3.example.com"
            $0.followsAWS = true
        }
        #expect(try followed.routes()[.data].address.origin == "https://\(Self.directory).s3.example.com")
        #expect(followed.policy.provider == .express)
    }

    /// Whether the settings are refused for `bucket`.
    private func refuses(_ bucket: String, _ configure: (inout S3Settings) -> Void) -> Bool {
        let connection = connection(bucket, .aws, configure)
        return connection.settingsRefusal != nil && (try? connection.routes()) == nil
    }

    @Test func refusesWhatAnAccessPointHasNot() {
        #expect(!refuses(Self.point) { _ in })
        #expect(refuses(Self.point) { $0.accelerates = true })
        #expect(refuses(Self.point) { $0.forcePathStyle = true })
        #expect(!refuses(Self.point) { $0.forcePathStyle = false })
        #expect(refuses(Self.point) { $0.endpoint = "http://127.0.0.1:9000" })
        #expect(!refuses(Self.point) { $0.endpoint = "http://localhost:9000" })
        #expect(!refuses(Self.point) { $0.usesFIPS = true })
        #expect(refuses(Self.outpost) { $0.usesFIPS = true })
        #expect(refuses(Self.outpost) { $0.usesDualStack = true })
    }

    @Test func theRegionOfTheNameDecides() throws {
        let elsewhere = connection(Self.point) { $0.region = "us-west-2" }
        #expect(try elsewhere.routes()[.data].region == "eu-west-1")
        // The store is the one of that region: buckets there are copied to and from by it.
        #expect(elsewhere.endpoint == S3Endpoint(region: "eu-west-1"))
        func isRefused(_ region: String?) -> Bool {
            refuses(Self.point) {
                $0.region = region
                $0.usesARNRegion = false
            }
        }
        #expect(isRefused("us-west-2") && !isRefused("eu-west-1") && !isRefused(nil))
    }

    @Test func refusesWhatADirectoryBucketHasNot() {
        #expect(!refuses(Self.directory) { _ in })
        #expect(refuses(Self.directory) { $0.accelerates = true })
        #expect(refuses(Self.directory) { $0.customerKey = CustomerKey([UInt8](repeating: 1, count: 32)) })
        // Its host is its own whatever the style.
        #expect(!refuses(Self.directory) { $0.forcePathStyle = true })
    }

    @Test func providersSayWhatIsLacking() {
        let express = connection(Self.directory).policy.capabilities
        #expect(express.listingOrders == [.unordered] && !express.tagsAreMD5 && !express.listsVersions)
        #expect(express.attributes == [.metadata, .times])
        let outpost = connection(Self.outpost).policy.capabilities
        #expect(outpost.listingOrders == [.keyBytes] && !outpost.attributes.contains(.access))
        #expect(connection(Self.point).policy.provider == .aws)
    }
}
