// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import StorageModel
import Testing

@Suite struct ProviderTests {
    @Test func lookup() throws {
        #expect(try Provider.named("seaweedfs") == .seaweedFS)
        #expect(try Provider.named("AWS") == .aws)
        #expect {
            try Provider.named("Nobody")
        } throws: {
            "\($0)".contains("Nobody") && "\($0)".contains("SeaweedFS") && "\($0)".contains("Other")
        }
        #expect(Set(Provider.all.map { $0.name.lowercased() }).count == Provider.all.count)
    }

    @Test func endpointsFollowFromRegions() {
        #expect(Provider.wasabi.endpoint(in: "eu-central-1") == "https://s3.eu-central-1.wasabisys.com")
        #expect(Provider.wasabi.endpoint(in: nil) == nil && Provider.wasabi.endpoint(in: "a.evil/") == nil)
        #expect(Provider.gcs.endpoint(in: nil) == "https://storage.googleapis.com")
        #expect(Provider.aws.endpoint(in: "eu-west-1") == nil && Provider.other.endpoint(in: "eu-west-1") == nil)
        #expect(Provider.all.allSatisfy { $0.endpoint(in: "eu-1")?.hasPrefix("https://") ?? true })
    }

    @Test func whatDataSafetyRestsOn() {
        #expect(Provider.ceph.uploadChecksum == .md5)
        #expect(Provider.ceph.conditions == [.readIfMatch, .writeIfAbsent])
        #expect(Provider.other.conditions == [.readIfMatch])
        #expect(Provider.rclone.conditions.isEmpty)
        #expect(Provider.seaweedFS.listingOrder == .pathComponents)
        #expect(Provider.all.filter { $0 != .seaweedFS }.allSatisfy { $0.listingOrder == .keyBytes })
        #expect(!Provider.aws.takesUnsignedPayload && !Provider.aws.forcesPathStyle)
    }

    @Test(
        arguments: [
            ("a.txt", "text/plain; charset=utf-8"), ("dir.d/A.JPG", "image/jpeg"), ("x.tar.gz", "application/gzip"),
            ("plain", "application/octet-stream"), ("dir.txt/plain", "application/octet-stream"),
            ("", "application/octet-stream"), (".", "application/octet-stream"), ("a.", "application/octet-stream"),
            ("a.é", "application/octet-stream"), (".png", "image/png"), ("a.webmanifest", "application/manifest+json"),
            ("a.xwebmanifest", "application/octet-stream"), ("p.parquet", "application/vnd.apache.parquet"),
        ])
    func contentTypes(_ key: String, _ type: String) {
        #expect(ContentTypes.guess(ObjectKey(key)) == type)
    }
}
