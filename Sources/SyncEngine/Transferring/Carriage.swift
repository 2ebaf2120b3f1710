// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// What travels with an object beside its bytes, and what does not.
struct Carriage: Sendable {
    var metadata: ObjectMetadata
    /// The modification time to keep.
    var modified: Timestamp?
    /// The class to write; nil: the target's usual.
    var storageClass: String?
    /// What the object has and the target does not keep.
    var lost: Attributes = []
}

extension Transfer {
    private var options: TransferOptions { context.options.transferring }

    /// What is to travel. A copy that must be like its source leaves out only what would keep it from being taken back.
    private var wanted: Attributes {
        context.purpose.isExact ? [.metadata, .tags, .storageClass, .times, .redirect] : options.preserved
    }

    /// What `found`, the source as a read or a stat shows it, gives the target. `isStat`: a store may show less of it.
    func carriage(_ work: Work, _ found: Entry, isStat: Bool) async throws(StorageError) -> Carriage {
        var carriage = Carriage(metadata: found.metadata ?? work.source.metadata ?? ObjectMetadata())
        carriage.modified =
            found.modified ?? work.source.modified
            ?? (context.purpose.isExact ? nil : found.written ?? work.source.written)
        try await complete(&carriage, work, isStat: isStat)
        try await reduce(&carriage, work)
        mark(&carriage, work)
        return carriage
    }

    /// What a copy by the store itself takes beside what that inherits: see ``WriteOptions/replacesMetadata``. `found`: the
    /// source, with its metadata where ``needsLook()`` says so.
    func serverSideOptions(_ work: Work, _ found: Entry) async throws(StorageError) -> (WriteOptions, lost: Attributes)
    {
        var carriage = Carriage(metadata: found.metadata ?? ObjectMetadata())
        if wanted.contains(.access), try await context.sourceAttributes.keep(.access) {
            carriage.metadata.access = try await source.attributes(of: work.source, .access).access
        }
        carriage.modified = found.modified ?? (replacesMetadata ? found.written : nil)
        // The store copies them without being told.
        carriage.metadata.tags = []
        try await reduce(&carriage, work)
        mark(&carriage, work)
        var options = writeOptions(work, carriage)
        options.replacesMetadata = replacesMetadata
        options.replacesTags = !wanted.contains(.tags)
        return (options, carriage.lost)
    }

    /// Whether a copy by the store itself must say what the object carries.
    private var replacesMetadata: Bool {
        !context.purpose.isExact
            && (!wanted.contains(.metadata) || !options.fields.isEmpty || context.options.copiesVersions)
    }

    /// Whether the source must be looked at before the store copies it, since it may have what no copy takes over.
    func needsLook() async throws(StorageError) -> Bool {
        if replacesMetadata { return true }
        for kind in [Attributes.lock, .redirect] where wanted.contains(kind) {
            if try await context.sourceAttributes.keep(kind) { return true }
        }
        return false
    }

    /// One of a history says which it is.
    private func mark(_ carriage: inout Carriage, _ work: Work) {
        guard context.options.copiesVersions, let version = work.source.version else { return }
        carriage.metadata.set(ObjectMetadata.sourceVersionName, version)
    }

    // MARK: more and less

    /// Asks for what neither a read nor a stat shows.
    private func complete(_ carriage: inout Carriage, _ work: Work, isStat: Bool) async throws(StorageError) {
        var asked: Attributes = []
        if wanted.contains(.tags), carriage.metadata.tags.isEmpty, context.sourceCapabilities.attributes.contains(.tags)
        {
            switch carriage.metadata.tagCount {
            case let count?: if count > 0 { asked.insert(.tags) }
            case nil:
                if isStat, !context.sourceCapabilities.countsTags {
                    asked.insert(.tags)
                } else {
                    try await lookForTags(work)
                }
            }
        }
        if wanted.contains(.access), try await context.sourceAttributes.keep(.access) { asked.insert(.access) }
        guard !asked.isEmpty else { return }
        var entry = work.source
        entry.metadata = carriage.metadata
        carriage.metadata = try await source.attributes(of: entry, asked)
    }

    /// Says once that there may be tags that nobody sees.
    private func lookForTags(_ work: Work) async throws(StorageError) {
        guard context.sourceCapabilities.hidesTags, !context.hasLookedForTags.exchange(true, ordering: .relaxed)
        else { return }
        do throws(StorageError) { _ = try await source.attributes(of: work.source, .tags) } catch {
            guard error.kind == .permissionDenied else { return }
            context.notice(nil, "objects may have tags that are not seen, and not copied: \(error)")
        }
    }

    /// Takes out what is not to travel and what the target does not keep.
    private func reduce(_ carriage: inout Carriage, _ work: Work) async throws(StorageError) {
        try await reduceMetadata(&carriage)
        if !carriage.metadata.tags.isEmpty, try await !travels(.tags, &carriage) { carriage.metadata.tags = [] }
        if carriage.metadata.lock != nil, try await !travels(.lock, &carriage) { carriage.metadata.lock = nil }
        if carriage.metadata.websiteRedirect != nil, try await !travels(.redirect, &carriage) {
            carriage.metadata.websiteRedirect = nil
        }
        // An empty list is what an object has anyway.
        if let access = carriage.metadata.access, !access.grants.isEmpty {
            let understood = context.isOneStore ? access : access.ofGroups
            carriage.metadata.access = try await travels(.access, &carriage) ? understood : nil
            if wanted.contains(.access), understood != access { carriage.lost.insert(.access) }
        }
        if !wanted.contains(.times) { carriage.modified = nil }
        reduceClass(&carriage, work)
    }

    private func reduceMetadata(_ carriage: inout Carriage) async throws(StorageError) {
        if context.sourceCapabilities.readsAreLocal, !context.targetCapabilities.readsAreLocal {
            leaveUnsendable(&carriage)
        }
        // A type alone is worth no word: the target gives every object one.
        let saysMore = carriage.metadata.saysMoreThanType
        if saysMore || carriage.metadata.contentType != nil {
            var isKept = wanted.contains(.metadata)
            if isKept {
                isKept = try await context.targetAttributes.keep(.metadata)
                if !isKept, saysMore { carriage.lost.insert(.metadata) }
            }
            if !isKept { carriage.metadata.setContent(ObjectMetadata()) }
        }
        if carriage.metadata.hiddenCount > 0, wanted.contains(.metadata) { carriage.lost.insert(.metadata) }
        guard !context.purpose.isExact else { return }
        for field in options.fields { carriage.metadata.set(field.name, field.value.isEmpty ? nil : field.value) }
    }

    /// A file may have attributes that are not made for the wire.
    private func leaveUnsendable(_ carriage: inout Carriage) {
        let all = carriage.metadata.user.count
        guard all > 0, wanted.contains(.metadata) else { return }
        carriage.metadata.user.removeAll { !$0.isSendable }
        if let max = context.targetCapabilities.userMetadataMax, carriage.metadata.userBytes > max {
            carriage.metadata.user = []
        }
        if carriage.metadata.user.count < all { carriage.lost.insert(.metadata) }
    }

    private func travels(_ kind: Attributes, _ carriage: inout Carriage) async throws(StorageError) -> Bool {
        guard wanted.contains(kind) else { return false }
        // A bucket that is no website keeps the redirects all the same.
        let isKept =
            if kind == .redirect { context.targetCapabilities.attributes.contains(kind) } else {
                try await context.targetAttributes.keep(kind)
            }
        if isKept { return true }
        carriage.lost.insert(kind)
        return false
    }

    private func reduceClass(_ carriage: inout Carriage, _ work: Work) {
        guard !context.purpose.isExact else { return carriage.storageClass = work.source.storageClass }
        guard wanted.contains(.storageClass), !context.targetCapabilities.readsAreLocal else { return }
        if let mapped = options.storageClasses[work.source.storageClass ?? "STANDARD"] {
            return carriage.storageClass = mapped.isEmpty ? nil : mapped
        }
        guard let own = work.source.storageClass else { return }
        if context.isOneStore || context.targetCapabilities.storageClasses.contains(own) {
            carriage.storageClass = own
        } else {
            carriage.lost.insert(.storageClass)
        }
    }
}
