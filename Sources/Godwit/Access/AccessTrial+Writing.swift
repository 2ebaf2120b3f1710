// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension AccessTrial {
    private static let content = PartBuffer(Array("godwit".utf8))
    /// Whoever the store writes its own logs as: a group that makes nothing public.
    private static let logWriters = AccessList.Grant.Grantee.group("http://acs.amazonaws.com/groups/s3/LogDelivery")

    /// Writes a small object under `prefix`, does with it what a copy does, and removes it.
    mutating func write(under prefix: ObjectKey) async throws(StorageError) {
        guard !isOver else { return }
        let key = Self.trialKey(under: prefix)
        let before = refusals
        let written = try await step("write an object", [.put]) { [backend] () async throws(StorageError) in
            try await backend.write(Self.content, to: key, WriteOptions())
        }
        guard let written else {
            if refusals > before, !isOver, needs(.abortUpload) {
                untried("everything else", "nothing can be written to try it on; godwit policy tells what it takes")
            }
            return
        }
        do throws(StorageError) {
            try await use(key)
        } catch {
            // The object goes, however it ends.
            await discard(key)
            throw error
        }
        try await remove(key, written)
    }

    private mutating func use(_ key: ObjectKey) async throws(StorageError) {
        let entry = try await step("read it back", [.get]) { [backend] () async throws(StorageError) -> Entry in
            let back = PartBuffer(capacity: Self.content.count)
            var entry = try await backend.read(key, ReadOptions(), into: back)
            guard back.array == Self.content.array else {
                throw StorageError(
                    .corrupted, during: .read, at: backend.identity.container, key: key,
                    message: "other bytes came back than were written")
            }
            // What a run finds it finds in a listing, which names no version.
            entry.version = nil
            return entry
        }
        if needs(.putTags), backend.capabilities.attributes.contains(.tags) { try await tag(key, entry) }
        if needs(.putAccess), needs(.getAccess), backend.capabilities.attributes.contains(.access) {
            try await share(key, entry)
        }
        if needs(.abortUpload), backend.capabilities.multipart != nil { try await upload(to: key) }
    }

    /// Tags that come with the object, and, where they can be looked at first, others afterwards, as a repair gives them.
    private mutating func tag(_ key: ObjectKey, _ entry: Entry?) async throws(StorageError) {
        let isTagged =
            try await step("write its tags", [.putTags]) { [backend] () async throws(StorageError) in
                var options = WriteOptions()
                options.metadata.tags = [.init(name: "godwit", value: "1")]
                let written = try await backend.write(Self.content, to: key, options)
                guard var entry else { return }
                entry.tag = written.tag
                options.metadata.tags = [.init(name: "godwit", value: "2")]
                try await backend.setAttributes(.tags, of: entry, to: options.metadata, modified: nil)
            } != nil
        guard isTagged, let entry, needs(.getTags) else { return }
        _ = try await step("read its tags", [.getTags]) { [backend] () async throws(StorageError) in
            try await backend.attributes(of: entry, .tags)
        }
    }

    private mutating func share(_ key: ObjectKey, _ entry: Entry?) async throws(StorageError) {
        let kept = try await step("ask for its owner", [.getBucketOwnership]) {
            [backend] () async throws(StorageError) in
            try await backend.keptAttributes(of: .access)
        }
        guard let kept else { return }
        guard kept.contains(.access) else { return untried("write its access list", "the bucket keeps none") }
        var options = WriteOptions()
        options.metadata.access = AccessList(grants: [.init(Self.logWriters, "READ")])
        let name = "write its access list"
        guard !isOver else { return }
        do throws(StorageError) {
            _ = try await backend.write(Self.content, to: key, options)
            report(AccessFinding(side: side, trial: name, verdict: .allowed))
        } catch {
            if error.kind == .cancelled { throw error }
            // Before it is written the bucket's own list tells whom the object belongs to.
            return refuse(name, error, [error.operation == .stat ? .getBucketAccess : .putAccess])
        }
        guard let entry else { return }
        _ = try await step("read its access list", [.getAccess]) { [backend] () async throws(StorageError) in
            try await backend.attributes(of: entry, .access)
        }
    }

    /// An upload in parts that is given up.
    private mutating func upload(to key: ObjectKey) async throws(StorageError) {
        let size = Int64(Self.content.count)
        let begun = try await step("write in parts", [.put]) {
            [backend] () async throws(StorageError) -> (session: any UploadSession, part: PartReceipt) in
            let session = try await backend.beginUpload(to: key, size: size, partSize: size, WriteOptions())
            do throws(StorageError) {
                return (session, try await session.upload(1, at: 0, Self.content))
            } catch {
                try? await session.abort()
                throw error
            }
        }
        guard let (session, part) = begun else { return }
        do throws(StorageError) {
            if needs(.listParts) {
                _ = try await step("list its parts", [.listParts]) { () async throws(StorageError) in
                    try await session.verified([part])
                }
            }
            if needs(.listUploads) {
                _ = try await step("list uploads", [.listUploads]) { [backend] () async throws(StorageError) in
                    try await backend.unfinishedUploads(under: key)
                }
            }
        } catch {
            try? await session.abort()
            throw error
        }
        let isGone =
            try await step("give it up", [.abortUpload]) { () async throws(StorageError) in
                try await session.abort()
            } != nil
        if !isGone { leave("give it up", "the upload of \(place(key))") }
    }

    // MARK: removing

    private mutating func remove(_ key: ObjectKey, _ written: Entry) async throws(StorageError) {
        let isNeeded = grants.isEmpty || needs(.delete)
        let isGone =
            try await step("delete it", [.delete], isNeeded: isNeeded) {
                [backend] () async throws(StorageError) in
                for outcome in try await backend.delete([Deletion(key: key)]) {
                    if let error = outcome.error { throw error }
                }
            } != nil
        guard isGone else { return leave("delete it", place(key)) }
        guard let version = written.version, version != "null", backend.capabilities.listsVersions else { return }
        do throws(StorageError) { try await removeVersions(of: key) } catch {
            if error.kind == .cancelled { throw error }
            leave("delete its versions", "versions of \(place(key))")
        }
    }

    /// A bucket that keeps versions still has all that was written, and that it was deleted.
    private func removeVersions(of key: ObjectKey) async throws(StorageError) {
        var request = ListRequest(prefix: key, order: backend.capabilities.listingOrders[0])
        request.versions = .all
        let listing = backend.list(request)
        var found: [Deletion] = []
        while let page = try await listing.next() {
            found += page.entries.filter { $0.key == key }.map { Deletion(key: key, version: $0.version) }
        }
        for start in stride(from: 0, to: found.count, by: backend.capabilities.deleteBatchMax) {
            let batch = Array(found[start..<min(start + backend.capabilities.deleteBatchMax, found.count)])
            for outcome in try await backend.delete(batch) {
                if let error = outcome.error { throw error }
            }
        }
    }

    /// After an interruption: nothing is told any more.
    private func discard(_ key: ObjectKey) async {
        // A task of its own, and waited for: this one is cancelled, and would send nothing.
        await Task { [backend] in _ = try? await backend.delete([Deletion(key: key)]) }.value
    }

    /// Leave to delete where nothing may be written is tried on a name that nothing has. Not in a bucket that keeps versions,
    /// where that would leave a mark.
    mutating func deleteAbsent(under prefix: ObjectKey) async throws(StorageError) {
        guard needs(.delete), !isOver else { return }
        let key = Self.trialKey(under: prefix)
        do throws(StorageError) {
            var keepsVersions = try await backend.keepsVersions()
            if !keepsVersions, let sample {
                // Who may not ask the bucket sees it by an object.
                keepsVersions = try await backend.stat(sample.key, version: nil).version.map { $0 != "null" } ?? false
            }
            guard !keepsVersions else {
                return untried("delete an object", "the bucket keeps versions, and a deletion would leave a mark")
            }
        } catch {
            return refuse("delete an object", error, [])
        }
        _ = try await step("delete an object", [.delete]) { [backend] () async throws(StorageError) in
            for outcome in try await backend.delete([Deletion(key: key)]) {
                if let error = outcome.error { throw error }
            }
        }
    }

    private func place(_ key: ObjectKey) -> String {
        grants.isEmpty ? "\(backend.identity.container)/\(key)" : "s3://\(backend.identity.container)/\(key)"
    }
}
