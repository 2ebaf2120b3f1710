// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import BackendS3

@Suite struct AddressTests {
    @Test(arguments: [
        ("http://127.0.0.1:8333", "http", "127.0.0.1:8333"), ("https://s3.example.com/", "https", "s3.example.com"),
        ("s3.example.com", "https", "s3.example.com"), ("HTTPS://S3.Example.com:443", "https", "s3.example.com"),
        ("http://host:80", "http", "host"), ("http://[::1]:9000", "http", "[::1]:9000"),
        ("localhost:1", "https", "localhost:1"),
    ])
    func readsEndpoints(text: String, scheme: String, authority: String) throws {
        let endpoint = try #require(S3Endpoint(text))
        #expect(endpoint.scheme == scheme)
        #expect(endpoint.authority == authority)
    }

    @Test(arguments: [
        "", "ftp://x", "http://", "http://a:b", "http://a:0", "http://a:99999", "http://a b", "http://a/b",
        "http://a@b",
        "http://[::1", "http://a\r\nx: y",
    ])
    func refusesOtherEndpoints(text: String) {
        #expect(S3Endpoint(text) == nil)
    }

    @Test func followsRegions() {
        #expect(S3Endpoint(region: "eu-west-1").host == "s3.eu-west-1.amazonaws.com")
        #expect(
            S3Endpoint(region: "cn-north-1", .init(usesDualStack: true)).host
                == "s3.dualstack.cn-north-1.amazonaws.com.cn")
        let moved = S3Endpoint(region: "us-east-1").moved(to: "eu-west-1")
        #expect(moved.host == "s3.eu-west-1.amazonaws.com")
        #expect(
            S3Endpoint(region: "us-gov-west-1", .init(usesFIPS: true)).host == "s3-fips.us-gov-west-1.amazonaws.com")
        let both = S3Endpoint.Partition(usesDualStack: true, usesFIPS: true)
        #expect(S3Endpoint(region: "us-east-1", both).host == "s3-fips.dualstack.us-east-1.amazonaws.com")
        let near = S3Endpoint(region: "us-east-1", .init(accelerates: true)).moved(to: "eu-west-1")
        #expect(near.host == "s3-accelerate.amazonaws.com")
        #expect(
            S3Address(near, bucket: "my-bucket", forcesPathStyle: false).origin
                == "https://my-bucket.s3-accelerate.amazonaws.com")
        let sixth = S3Endpoint(region: "us-east-1", .init(usesDualStack: true, accelerates: true))
        #expect(sixth.host == "s3-accelerate.dualstack.amazonaws.com")
        #expect(S3Endpoint("https://x.example")?.moved(to: "eu-west-1").host == "x.example")
    }

    @Test(arguments: [
        ("my-bucket", false, "https://my-bucket.s3.example.com", ""),
        ("my-bucket", true, "https://s3.example.com", "/my-bucket"),
        ("dotted.name", false, "https://s3.example.com", "/dotted.name"),
        ("Upper", false, "https://s3.example.com", "/Upper"),
        ("ab", false, "https://s3.example.com", "/ab"), ("a_b_c", false, "https://s3.example.com", "/a_b_c"),
    ])
    func placesTheBucket(bucket: String, path: Bool, origin: String, prefix: String) throws {
        let address = S3Address(
            try #require(S3Endpoint("https://s3.example.com")), bucket: bucket, forcesPathStyle: path)
        #expect(address.origin == origin)
        #expect(address.pathPrefix == prefix)
    }

    @Test(arguments: ["http://127.0.0.1:8333", "http://localhost:8333", "http://[::1]:8333"])
    func putsNoBucketBeforeAnAddress(text: String) throws {
        let address = S3Address(try #require(S3Endpoint(text)), bucket: "bucket", forcesPathStyle: false)
        #expect(address.origin == text)
        #expect(address.pathPrefix == "/bucket")
    }

    @Test func trustsOnlyTheSameStore() throws {
        let aws = S3Endpoint(region: "us-east-1")
        #expect(S3Correction.isTrusted("https", "b.s3-us-west-2.amazonaws.com", from: aws))
        #expect(!S3Correction.isTrusted("http", "b.s3-us-west-2.amazonaws.com", from: aws))
        #expect(!S3Correction.isTrusted("https", "amazonaws.com.evil.example", from: aws))
        #expect(!S3Correction.isTrusted("https", "evilamazonaws.com", from: aws))
        let own = try #require(S3Endpoint("http://10.0.0.1:9000"))
        #expect(S3Correction.isTrusted("http", "10.0.0.1:9001", from: own))
        #expect(!S3Correction.isTrusted("http", "10.0.0.2:9000", from: own))
        let named = try #require(S3Endpoint("https://s3.example.com"))
        #expect(S3Correction.isTrusted("https", "b.s3.example.com", from: named))
        #expect(!S3Correction.isTrusted("https", "other.example.com", from: named))
    }

    @Test(arguments: ["eu-west-1", "auto", "us-iso-east-1"]) func knowsRegions(text: String) {
        #expect(S3Failure.isRegion(text))
    }

    @Test(arguments: ["", "x", "evil.example/", "eu west", "-eu", "EU-WEST-1", "eu-west-1.evil.example", "a\nb"])
    func letsNothingElseIntoAHost(text: String) {
        #expect(!S3Failure.isRegion(text))
    }
}
