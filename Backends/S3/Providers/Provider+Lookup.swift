// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

extension Provider {
    /// The makes that are known by name.
    package static let all = [
        aws, alibaba, backblazeB2, ceph, cloudflare, digitalOcean, gcs, hetzner, iDrive, ibmCOS, linode, minio, oracle,
        ovhCloud, rclone, scaleway, seaweedFS, storj, tencentCOS, wasabi, other,
    ]

    /// The provider of that name, whatever its case.
    package static func named(_ name: String) throws(StorageError) -> Provider {
        let wanted = name.lowercased()
        if let provider = all.first(where: { $0.name.lowercased() == wanted }) { return provider }
        throw StorageError(
            .invalidConfiguration, during: .validate, message: "unknown S3 provider \"\(name)\"",
            advice: "known are \(all.map(\.name).joined(separator: ", ")); Other fits most stores")
    }
}
