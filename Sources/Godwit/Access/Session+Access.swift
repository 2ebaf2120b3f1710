// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
internal import Settings
public import StorageModel
public import SyncEngine

extension Session {
    /// What a run with `options` between two locations has to be allowed. Nothing is sent: the locations are as they read.
    public func access(
        of options: SyncOptions, from source: String, to target: String, _ surroundings: RunSurroundings = .init()
    ) throws(StorageError) -> RunAccess {
        let (from, into) = (try resolve(source, as: .source), try resolve(target, as: .target))
        var carries = options.transferring.preserved
        if from.settings.kind == .local {
            carries.subtract(Attributes([.tags, .lock]).subtracting(surroundings.named))
        }
        var access = RunAccess(
            options.mode, from: try side(from, .source), to: try side(into, .target), carrying: carries)
        access.source.key = surroundings.sourceKey.map {
            EncryptionKeyName($0, region: from.settings["region"])
        }
        let isNamed = options.names != nil
        access.source.place?.looksUp = isNamed
        access.target.place?.looksUp = isNamed || !options.traversesTarget && options.mode != .sync
        access.createsBucket = surroundings.createsBucket
        access.restores = options.archives.restore != nil
        access.resumes = surroundings.resumes
        if access.source.place != nil, access.target.place != nil, options.transferring.serverSide != .never {
            access.isServerSide = try backend(into, .target).canCopyServerSide(from: backend(from, .source))
        }
        if options.copiesVersions {
            access.copiesVersions = true
            access.asksForVersioning = true
            access.source.reads = .past
        }
        try add(surroundings, to: &access)
        return access
    }

    private func add(_ surroundings: RunSurroundings, to access: inout RunAccess) throws(StorageError) {
        if let place = access.target.place {
            if surroundings.keepsUndo {
                access.asksForVersioning = surroundings.undoDirectory == nil
                access.backups = place
                access.backups?.extent = .prefix(ObjectKey(UndoTrash.name + "/"))
            }
            for location in [surroundings.backups, surroundings.undoDirectory].compactMap(\.self) {
                access.backups = try side(try resolve(location, as: .target), .target).place
            }
        }
        for location in surroundings.elsewhere {
            guard let place = try side(try resolve(location, as: .target), .target).place else { continue }
            access.elsewhere.append(place)
        }
        access.copiesFromElsewhere = surroundings.copiesFromElsewhere
        if let lock = surroundings.lock {
            let resolved = try resolve(lock, as: .target)
            access.lock = try side(resolved, .target).place
            access.lock?.extent = .object(resolved.containerAndKey.key)
        }
    }

    private func side(_ resolved: ResolvedLocation, _ side: Side) throws(StorageError) -> RunAccess.Side {
        guard resolved.settings.kind == .s3 else { return RunAccess.Side() }
        let (container, key) = resolved.containerAndKey
        guard !container.isEmpty else { throw noContainer(resolved) }
        let settings = try s3(resolved.settings, as: side).settings
        let isPrefix = key.isRoot || key.isDirectoryMarker
        let extent: AccessPlace.Extent =
            if settings.versionID != nil { .object(key) } else if isPrefix { .prefix(key) } else if side == .source {
                .either(key)
            } else { .prefix(ObjectKey("/").prefixed(by: key)) }
        var found = RunAccess.Side(AccessPlace(container, extent, region: settings.region))
        let backend = try backend(resolved, side)
        if let bucket = backend as? S3Backend {
            try bucket.checkSettings()
            found.place?.isDirectory = bucket.isDirectory
        }
        let identity = backend.identity
        found.signer = "\(identity.account) \(identity.store)"
        found.key = settings.sseKMSKeyID.map { EncryptionKeyName($0, region: settings.region) }
        found.setsAccess = settings.acl != nil
        found.reads = settings.versionID != nil ? .version : settings.versionAt != nil ? .past : .current
        return found
    }

    private func backend(_ resolved: ResolvedLocation, _ side: Side) throws(StorageError) -> any Backend {
        try container(resolved.containerAndKey.container, of: resolved.settings, as: side)
    }
}
