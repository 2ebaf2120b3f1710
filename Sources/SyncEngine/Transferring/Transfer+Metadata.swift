// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension Transfer {
    /// Two objects of the same content, as stats show them, and in what else they differ.
    struct LookedAt: Sendable {
        var source: Entry
        var target: Entry
        var carriage: Carriage
        var differing: Attributes = []
    }

    /// Looks at what both objects of `work` carry.
    func lookAtMetadata(_ work: Work) async throws(StorageError) -> LookedAt {
        guard var theirs = work.target else {
            throw StorageError(
                .notFound, during: .stat, at: target.identity.container, key: work.targetKey,
                message: "there is no object to compare with")
        }
        let ours = work.source.hasMetadata ? work.source : try await source.statPinned(work.source)
        if !theirs.hasMetadata {
            theirs = try await target.statPinned(theirs)
            // Of the current one, as of the source: to read one version's tags takes another permission.
            theirs.version = work.target?.version
        }
        var pair = LookedAt(
            source: ours.detached(), target: theirs.detached(),
            carriage: try await carriage(work, ours, isStat: true))
        try await compare(&pair)
        return pair
    }

    /// Gives the target the source's time, where that was found to differ, and what else it lacks.
    func repairMetadata(_ work: Work) async throws(StorageError) {
        guard let listed = work.target else { return }
        let time = work.source.modified ?? work.source.written
        // A plan is carried out as it was made.
        let looks = context.metadataLooks.arePossible && (context.purpose != .applying || work.evidence == .metadata)
        guard looks else {
            if let time { try await target.setModified(time, of: listed) }
            return
        }
        var pair = try await lookAtMetadata(work)
        var modified = pair.differing.contains(.times) ? pair.source.modified : pair.target.modified
        if work.evidence != .metadata, let time {
            modified = time
            pair.differing.insert(.times)
        }
        if pair.differing == .times, let modified { return try await target.setModified(modified, of: pair.target) }
        if pair.differing.contains(.times) { pair.differing.insert(.metadata) }
        try await target.setAttributes(pair.differing, of: pair.target, to: pair.carriage.metadata, modified: modified)
    }

    private func compare(_ pair: inout LookedAt) async throws(StorageError) {
        let preserved = context.options.transferring.preserved
        let theirs = pair.target.metadata ?? ObjectMetadata(), ours = pair.carriage.metadata
        let keepsRedirects = context.targetCapabilities.attributes.contains(.redirect)
        if preserved.contains(.metadata), try await context.targetAttributes.keep(.metadata),
            !isSame(ours, theirs)
                || keepsRedirects && ours.websiteRedirect != theirs.websiteRedirect
        {
            pair.differing.insert(.metadata)
        }
        if preserved.contains(.tags), context.sourceCapabilities.attributes.contains(.tags),
            context.targetCapabilities.attributes.contains(.tags)
        {
            let hasNone = theirs.tagCount == 0 || theirs.tagCount == nil && context.targetCapabilities.countsTags
            let tags = hasNone ? theirs.tags : try await target.attributes(of: pair.target, .tags).tags
            if !tags.isSame(as: ours.tags) { pair.differing.insert(.tags) }
        }
        if let access = ours.access, try await context.targetAttributes.keep(.access),
            try await Set(target.attributes(of: pair.target, .access).access?.grants ?? []) != Set(access.grants)
        {
            pair.differing.insert(.access)
        }
        // A lock is made stronger, never weaker: what protects a copy is not undone by what happens to its source.
        let now = WallClock.now()
        if preserved.contains(.lock), let lock = ours.lock?.holding(at: now) {
            let own = theirs.lock?.holding(at: now) ?? ObjectLock()
            if !own.covers(lock) {
                pair.differing.insert(.lock)
                pair.carriage.metadata.lock = own.strengthened(by: lock)
            }
        }
        if preserved.contains(.times), let a = pair.source.modified, let b = pair.target.modified,
            !context.comparator.isEqual(a, b)
        {
            pair.differing.insert(.times)
        }
    }

    /// Whether the target has the headers and the user metadata that it is to have. A type that nobody gave is any.
    private func isSame(_ ours: ObjectMetadata, _ theirs: ObjectMetadata) -> Bool {
        var ours = ours
        ours.contentType = ours.contentType ?? theirs.contentType
        return ours.headers.isSame(as: theirs.headers) && ours.user.isSame(as: theirs.user)
    }
}
