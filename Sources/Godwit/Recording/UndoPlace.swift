// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendLocal
internal import StorageModel
public import SyncEngine

#if canImport(Glibc)
    internal import Glibc
#endif

/// Where a run keeps what it replaces and deletes.
extension Session {
    /// The place of `run`, in `directory` (a location) or, when that is nil, beside `target`; nil where the target keeps
    /// versions itself.
    func undoPlace(
        _ run: String, in directory: String?, for target: SyncLocation
    ) async throws(StorageError) -> SyncLocation? {
        guard let directory else {
            return try await target.backend.keepsVersions() ? nil : try besides(target, run)
        }
        var place = try await openDirectory(directory, inStoreOf: target, use: "for undo")
        place.prefix = ObjectKey("\(run)/").prefixed(by: place.prefix)
        return place
    }

    /// Where runs keep things by default that write to `target`, or to something in it.
    public func undoTrash(of target: SyncLocation) -> [SyncLocation] {
        let trash = ObjectKey(UndoTrash.name + "/")
        guard let local = registry.facts(of: target.backend).local else {
            return [SyncLocation(backend: target.backend, prefix: trash)]
        }
        let root = local.identity.container
        let parent = root.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(root[..<$0]) } ?? ""
        var options = localOptions
        options.links = .keep
        return [root, parent.isEmpty ? "/" : parent].map {
            SyncLocation(backend: layers.around(LocalBackend(root: $0, options: options)), prefix: trash)
        }
    }

    private func besides(_ target: SyncLocation, _ run: String) throws(StorageError) -> SyncLocation {
        let prefix = UndoTrash.prefix(run: run)
        guard let local = registry.facts(of: target.backend).local else {
            return SyncLocation(backend: target.backend, prefix: prefix)
        }
        let root = local.identity.container
        let parent = root.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(root[..<$0]) } ?? ""
        guard root != "/", Self.areOnOneFileSystem(root, parent.isEmpty ? "/" : parent) else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: root,
                message: "there is no room for undo beside a directory that is a file system of its own",
                advice: "name a directory outside of it with --undo-dir")
        }
        var options = localOptions
        options.links = .keep
        let backend = LocalBackend(root: parent.isEmpty ? "/" : parent, options: options)
        return SyncLocation(backend: layers.around(backend), prefix: prefix)
    }

    /// A directory that is not there yet is made in its parent's.
    private static func areOnOneFileSystem(_ path: String, _ parent: String) -> Bool {
        var (inner, outer) = (stat(), stat())
        guard stat(path, &inner) == 0, stat(parent, &outer) == 0 else { return true }
        return inner.st_dev == outer.st_dev
    }
}
