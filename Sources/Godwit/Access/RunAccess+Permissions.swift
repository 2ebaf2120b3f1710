// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine

/// The table: which requests a run sends to whom, and what each of them takes. Whoever changes what a run asks of a store
/// changes it here.
extension RunAccess {
    var sourcePermissions: Set<Permission> {
        var found = reading(source.reads)
        let isStatFirst = if case .prefix = source.place?.extent { false } else { true }
        // A look at an object names its version, and what then reads or copies it asks for that one.
        if isServerSide || isStatFirst { found.insert(.getVersion) }
        if carries.contains(.tags) {
            found.insert(.getTags)
            if isStatFirst || source.reads != .current { found.insert(.getVersionTags) }
        }
        if carries.contains(.access) {
            found.formUnion([.getAccess, .getBucketOwnership])
            if isStatFirst || source.reads != .current { found.insert(.getVersionAccess) }
        }
        if carries.contains(.lock) {
            found.formUnion([.getRetention, .getHold])
            if isServerSide { found.insert(.getBucketLock) }
        }
        if isServerSide, carries.contains(.redirect) { found.insert(.getBucketWebsite) }
        if restores { found.insert(.restore) }
        if mode == .move { found.insert(.delete) }
        if source.reads != .current { found.subtract([.get, .getTags, .getAccess]) }
        return found
    }

    /// Lists and reads, also what is encrypted.
    private func reading(_ reads: Reading) -> Set<Permission> {
        switch reads {
        case .current: [.list, .get, .decrypt]
        case .past: [.listVersions, .getVersion, .decrypt]
        case .version: [.getVersion, .decrypt]
        }
    }

    var targetPermissions: Set<Permission> {
        var found: Set<Permission> = [.list, .get, .decrypt]
        if carries.contains(.tags) { found.insert(.getTags) }
        if carries.contains(.access) { found.formUnion([.getAccess, .getBucketOwnership]) }
        if copiesVersions { found.formUnion([.listVersions, .getVersion]) }
        guard mode != .check else { return found }
        // A deletion is copied by deleting.
        if copiesVersions { found.insert(.delete) }
        // To set a time copies the object onto itself, in the version that was looked at.
        found.formUnion([.getVersion, .put, .abortUpload, .generateKey])
        if resumes { found.formUnion([.listUploads, .listParts]) }
        if carries.contains(.tags) { found.insert(.putTags) }
        if carries.contains(.access) { found.formUnion([.putAccess, .getBucketAccess]) }
        if target.setsAccess { found.insert(.putAccess) }
        if carries.contains(.lock) { found.formUnion([.putRetention, .putHold, .getBucketLock]) }
        if mode == .sync { found.insert(.delete) }
        if createsBucket { found.insert(.createBucket) }
        if asksForVersioning { found.insert(.getBucketVersioning) }
        return found
    }

    /// Beside the target, in its store.
    var elsewhereGrants: [AccessGrant] {
        guard mode != .check else { return [] }
        var grants: [AccessGrant] = []
        func add(_ permissions: Set<Permission>, _ place: AccessPlace) {
            grants += Self.grants(permissions, place)
        }
        let tags: Set<Permission> = carries.contains(.tags) ? [.getTags] : []
        if let backups {
            add([.get, .put, .abortUpload], backups)
            add(tags.isEmpty ? [] : [.getTags, .putTags], backups)
        }
        for place in elsewhere { add(copiesFromElsewhere ? tags.union([.list, .get]) : [.list, .get], place) }
        if let lock { add([.get, .put, .delete], lock) }
        return grants
    }
}
