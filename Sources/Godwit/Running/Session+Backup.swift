// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
public import SyncEngine

extension Session {
    /// Where a run to `target` puts what it overwrites and deletes: in `directory` (a location), or, when that is nil,
    /// beside the objects themselves. `object`: the whole key of a run over one object.
    public func backup(
        in directory: String?, suffix: String, keepsExtension: Bool, for target: SyncLocation, object: ObjectKey?
    ) async throws(StorageError) -> BackupOptions {
        let beside = SyncLocation(backend: target.backend, prefix: target.folder(of: object))
        var place = beside
        if let directory { place = try await openDirectory(directory, inStoreOf: target, use: "for backups") }
        return BackupOptions(
            place: place, dropping: beside.prefix, suffix: suffix, keepsExtension: keepsExtension)
    }

    /// The places (locations) to look in for what a run to `target` would transfer.
    public func elsewhere(
        _ locations: [String], copies: Bool, for target: SyncLocation, object: ObjectKey?
    ) async throws(StorageError) -> ElsewhereOptions {
        var places: [SyncLocation] = []
        for location in locations {
            places.append(
                copies
                    ? try await openDirectory(location, inStoreOf: target, use: "to copy from")
                    : try await openDirectory(location, as: .target))
        }
        return ElsewhereOptions(places: places, dropping: target.folder(of: object), copies: copies)
    }
}

extension SyncLocation {
    /// The prefix of what a run writes here: the location's, or that of the one object that it is over.
    fileprivate func folder(of object: ObjectKey?) -> ObjectKey {
        guard let object else { return prefix }
        return ObjectKey(object.bytes.prefix(object.bytes.count - object.lastComponent.bytes.count))
    }
}
