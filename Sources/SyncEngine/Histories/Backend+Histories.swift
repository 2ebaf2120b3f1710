// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension Backend {
    /// What `key` held and holds, the oldest first.
    func history(of key: ObjectKey) async throws(StorageError) -> [Entry] {
        var request = ListRequest(prefix: key, order: capabilities.listingOrders[0])
        request.versions = .all
        let listing = list(request)
        var versions: [Entry] = []
        // The key itself comes before all others that begin with it.
        while let page = try await listing.next() {
            let own = page.entries.prefix { $0.key == key }
            versions += own.map { $0.detached() }
            if own.count < page.entries.count { break }
        }
        return versions.reversed()
    }

    /// Makes sure that nothing is lost by what is written here. `reason`: what would happen otherwise.
    func requireVersions(since reason: String, advice: String) async throws(StorageError) {
        if capabilities.listsVersions, try await keepsVersions() { return }
        guard try await containerExists() else {
            throw StorageError(
                .containerNotFound, during: .validate, at: identity.container, message: "there is no such bucket",
                advice: "make it, and have it keep versions")
        }
        throw StorageError(
            .unsupported, during: .validate, at: identity.container,
            message: "the bucket does not keep versions, or may not be asked: \(reason)",
            advice: "\(advice) (aws s3api put-bucket-versioning); to ask takes s3:GetBucketVersioning")
    }
}
