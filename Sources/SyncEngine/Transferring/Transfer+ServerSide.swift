// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension Transfer {
    /// Parts of one server-side copy in flight where the options do not say.
    private static let copiesInFlight = 16

    /// One request: the store copies the object by itself.
    func serverCopy(_ work: Work) async throws(StorageError) -> Completion {
        var entry = work.source
        // Where the copy's tag will be another, the next comparison goes by the time: it must be kept.
        let keepsWritten =
            !context.purpose.isExact && context.options.transferring.preserved.contains(.times) && entry.modified == nil
            && (entry.tag.map { TagShape($0) != .digest } ?? true)
        var looks = keepsWritten
        if !looks { looks = try await needsLook() }
        if looks, !entry.hasMetadata { entry = try await unchanged(entry) }
        var (options, lost) = try await serverSideOptions(work, entry)
        if keepsWritten, options.modified == nil, let written = entry.written {
            options.modified = written
            options.replacesMetadata = true
        }
        let copied = try await target.copy(source.copySource(entry), to: work.targetKey, options)
        var completion = try prove(copied, work)
        completion.lost = lost
        moved(work, entry.size)
        return completion
    }

    /// Part by part: the store copies ranges of the object by itself.
    func serverCopyParts(_ work: Work, _ layout: PartLayout) async throws(StorageError) -> Completion {
        let entry = try await unchanged(work.source)
        let carriage = try await carriage(work, entry, isStat: true)
        var options = announced(work, carriage)
        options.replacesMetadata = true
        let left = await PartedUpload.left(self, work, layout)
        let upload = try await PartedUpload.open(self, work, layout, left, options)
        do throws(StorageError) {
            let receipts = try await copyRanges(upload, source.copySource(entry), layout)
            // Where no copy depends on the source's tag, its parts may be those of two objects.
            if !context.targetCapabilities.conditions.contains(.copySourceIfMatch) { _ = try await unchanged(entry) }
            let copied = try await upload.complete(receipts, expected: nil)
            var completion = try prove(copied, work)
            completion.lost = carriage.lost
            moved(work, entry.size)
            return completion
        } catch {
            await upload.leave(after: error)
            throw error
        }
    }

    /// The source as it is now, which must be as it was.
    private func unchanged(_ earlier: Entry) async throws(StorageError) -> Entry {
        let now = try await source.stat(earlier.key, version: earlier.version)
        guard now.size == earlier.size, now.tag == earlier.tag || earlier.tag == nil else {
            throw StorageError(
                .preconditionFailed, during: .read, at: source.identity.container, key: earlier.key,
                message: "the object changed since it was listed")
        }
        return now
    }

    private func copyRanges(
        _ upload: PartedUpload, _ origin: CopySource, _ layout: PartLayout
    ) async throws(StorageError) -> [PartReceipt] {
        let inFlightMax = max(context.options.transferring.partsInFlight ?? Self.copiesInFlight, 1)
        do {
            return try await withThrowingTaskGroup(of: PartReceipt.self) { group in
                var receipts = [PartReceipt](), running = 0
                for number in 1...layout.count {
                    if let part = upload.finished[number] {
                        receipts.append(part.receipt)
                        continue
                    }
                    if running == inFlightMax, let receipt = try await group.next() {
                        receipts.append(receipt)
                        running -= 1
                    }
                    running += 1
                    group.addTask {
                        let receipt = try await upload.session.copy(
                            number, from: origin, range: layout.range(number))
                        upload.wrote(JournaledPart(receipt: receipt))
                        return receipt
                    }
                }
                while let receipt = try await group.next() { receipts.append(receipt) }
                return receipts.sorted { $0.number < $1.number }
            }
        } catch {
            throw StorageError(any: error)
        }
    }

    /// Compares what the store says of its copy with what it says of the source.
    private func prove(_ copied: Entry, _ work: Work) throws(StorageError) -> Completion {
        var completion = Completion(action: .serverCopied, checksum: copied.digest, written: copied)
        guard context.options.transferring.verification != .none, !context.sourceCapabilities.readsAreLocal else {
            return completion
        }
        var comparable = copied
        comparable.size = work.source.size
        switch ChecksumComparison.compare(work.source, comparable) {
        case .some(true): break
        case .some(false):
            throw StorageError(
                .corrupted, during: .copy, at: target.identity.container, key: work.targetKey,
                message: "the copy's digest is not the source's")
        case nil: completion.isLengthOnly = work.source.size > 0
        }
        return completion
    }
}
