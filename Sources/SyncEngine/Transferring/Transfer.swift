// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Moves one object; the paths are in extensions, one file each.
struct Transfer: Sendable {
    /// What a transfer came to.
    struct Completion: Sendable {
        var action: ObjectOutcome.Action
        /// A digest of the content, where one was computed or compared.
        var checksum: Checksum?
        /// Only the length speaks for the copy.
        var isLengthOnly = false
        /// What the target holds now, as it said when it was written.
        var written: Entry?
        /// What the object has beside its bytes and the target did not get.
        var lost: Attributes = []
    }

    let context: RunContext

    var source: any Backend { context.source.backend }
    var target: any Backend { context.target.backend }

    /// Carries `work` out in the way it was planned.
    func run(_ work: Work, _ strategy: CopyStrategy) async throws(StorageError) -> Completion {
        context.observer?.observe(.began(work.key, size: work.source.size))
        var completion: Completion
        switch strategy {
        case .single: completion = try await single(work)
        case .parts(let layout): completion = try await PartsTransfer.run(self, work, layout)
        case .serverCopy: completion = try await serverCopy(work)
        case .serverCopyParts(let layout): completion = try await serverCopyParts(work, layout)
        }
        if context.options.transferring.verification == .all {
            try await compareContents(work)
            completion.isLengthOnly = false
        }
        return completion
    }

    /// What the target is told about an object, from what it carries.
    func writeOptions(_ work: Work, _ carriage: Carriage) -> WriteOptions {
        var options = WriteOptions(
            metadata: carriage.metadata, modified: carriage.modified, precondition: context.precondition(work),
            storageClass: carriage.storageClass, isExact: context.purpose.isExact,
            isSymbolicLink: work.source.kind == .symbolicLink)
        if context.purpose == .applying { options.replaced = work.target?.fileIdentity }
        options.digestsParts = context.options.transferring.verification != .none
        return options
    }

    /// The same for an object that is now going to be written with this time.
    func announced(_ work: Work, _ carriage: Carriage) -> WriteOptions {
        context.keeper?.expect(work, modified: carriage.modified)
        return writeOptions(work, carriage)
    }

    /// Counts bytes that arrived at the target.
    func moved(_ work: Work, _ bytes: Int64) {
        context.progress.add(Int(bytes), to: .bytesDone)
        context.cutoff?.moved(bytes)
        context.observer?.observe(.moved(work.key, bytes: bytes))
    }
}
