// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Foundation
import StorageModel
import StorageTestKit

extension Subject {
    /// S3 on the servers that the environment names.
    static let servers: [Subject] = {
        let environment = ProcessInfo.processInfo.environment
        func subject(
            _ variable: String, _ provider: Provider, _ tolerance: KeyTolerance, caFile: String? = nil
        ) -> Subject? {
            environment[variable].map { endpoint in
                let name = variable.dropFirst("GODWIT_TEST_".count).lowercased()
                let buckets = BucketPool(
                    name: name.replacing("_", with: "-"), endpoint: endpoint, provider: provider, caFile: caFile)
                return Subject("S3 on " + name, tolerance: tolerance, refusesOtherKeys: false, manyObjects: 1100) {
                    try await buckets.open()
                }
            }
        }
        // Keys that lead above the root of the bucket are no URL paths; S3 itself refuses them.
        let bucket = KeyTolerance.all.subtracting(.climbing)
        let tree = bucket.subtracting([.emptyComponents, .dotComponents, .trailingSlash, .backslash, .longComponents])
        let authority = environment["GODWIT_TEST_CA"]
        return [
            subject("GODWIT_TEST_SEAWEEDFS", .seaweedFS, tree),
            subject("GODWIT_TEST_SEAWEEDFS_TLS", .seaweedFS, tree, caFile: authority),
            subject("GODWIT_TEST_MOTO", .moto, bucket.subtracting([.newline, .notInXML])),
            subject("GODWIT_TEST_MINISTACK", .ministack, bucket),
            subject("GODWIT_TEST_CEPH", .ceph, .all),
        ].compactMap(\.self)
    }()
}
