// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
public import SyncEngine

extension Session {
    /// Where a run to `target` puts what it overwrites and deletes: in `directory` (a location), or, when that is nil,
    /// beside the objects themselves. `object`: the whole key of a run over one object.
    public func backup(
        in directory: String?, suffix: String, keepsExtension: Bool, for target: SyncLocation, object: ObjectKey?
    ) async throws(StorageError) -> BackupOptions {
        let folder = object.map { key in
            ObjectKey(key.bytes.prefix(key.bytes.count - key.lastComponent.bytes.count))
        }
        var place = SyncLocation(backend: target.backend, prefix: folder ?? target.prefix)
        if let directory { place = try await backupPlace(directory, for: target) }
        return BackupOptions(
            place: place, dropping: folder ?? target.prefix, suffix: suffix, keepsExtension: keepsExtension)
    }

    private func backupPlace(
        _ directory: String, for target: SyncLocation
    ) async throws(StorageError) -> SyncLocation {
        let place = try await openDirectory(directory, as: .target)
        guard place.backend.identity.store == target.backend.identity.store else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: place.backend.identity.container,
                message: "the directory for backups is not in the target's store, which moves them there by itself",
                advice: "name a place in the same store")
        }
        return place
    }
}
