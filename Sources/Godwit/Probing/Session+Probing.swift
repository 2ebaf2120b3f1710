// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
internal import Settings
public import StorageModel

extension Session {
    /// Finds out what the store of `location` does, by small objects under a name of their own, which are removed again, and
    /// tells of each thing.
    /// - Returns: the keys that could not be removed.
    /// - Throws: `unsupported` for locations that are not S3, and what keeps an object from being written at all.
    public func probe(
        _ location: String, report: (StoreTrait) -> Void
    ) async throws(StorageError) -> [ObjectKey] {
        let resolved = try resolve(location, as: .target)
        guard resolved.settings.kind == .s3 else {
            throw StorageError(
                .unsupported, during: .validate, at: resolved.display,
                message: "only S3 stores differ in what they do")
        }
        let (container, key) = resolved.containerAndKey
        guard !container.isEmpty else { throw noContainer(resolved) }
        let prefix = key.isRoot || key.isDirectoryMarker ? key : ObjectKey("/").prefixed(by: key)
        let remote = try s3(resolved.settings, as: .target)
        var probe = StoreProbe(
            bucket: container, place: ObjectKey("/").prefixed(by: AccessTrial.trialKey(under: prefix)),
            settings: remote.settings, credentials: remote.credentials, client: remote.client, ledger: requests)
        return try await probe.run(report: report)
    }

    /// Whether the make of the store of `location` is known by name, so that what it does need not be found out.
    public func knowsStore(of location: String) throws(StorageError) -> Bool {
        let resolved = try resolve(location, as: .target)
        guard resolved.settings.kind == .s3 else { return true }
        return try s3(resolved.settings, as: .target).settings.provider.name != Provider.other.name
    }
}
