// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Foundation

/// A store that features are tried on: a column of the table.
struct FeatureStore: Sendable, CustomStringConvertible {
    /// Its name in the table, and in the names of buckets.
    let name: String
    let endpoint: String
    var provider: Provider
    var caFile: String?
    /// A key that its KMS has.
    var kmsKey = "testkey-1"
    /// Whether it checks neither digests nor customers' keys, whoever it plays.
    var checksNothing = false

    var description: String { name }

    /// The stores that the environment names.
    static let all: [FeatureStore] = {
        let environment = ProcessInfo.processInfo.environment
        func store(_ name: String, _ variable: String, _ provider: Provider) -> FeatureStore? {
            environment["GODWIT_TEST_" + variable].map { FeatureStore(name: name, endpoint: $0, provider: provider) }
        }
        var secure = store("SeaweedFS over https", "SEAWEEDFS_TLS", .seaweedFS)
        secure?.caFile = environment["GODWIT_TEST_CA"]
        var moto = store("moto", "MOTO", .moto)
        moto?.checksNothing = true
        var ministack = store("MiniStack", "MINISTACK", .ministack)
        ministack?.kmsKey = "alias/aws/s3"
        return [
            store("SeaweedFS", "SEAWEEDFS", .seaweedFS), secure, store("Ceph", "CEPH", .ceph), moto, ministack,
        ].compactMap(\.self)
    }()
}
