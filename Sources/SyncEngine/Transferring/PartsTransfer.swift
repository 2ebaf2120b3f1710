// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel
import Synchronization

/// One object on its way in parts: ranges are read, proven and written in parallel.
final class PartsTransfer: Sendable {
    private typealias Part = JournaledPart

    private let transfer: Transfer
    private let work: Work
    private let layout: PartLayout
    private let proof: ContentProof
    private let upload: PartedUpload
    private let ordered: OrderedDigest?
    private let bytesMoved = Atomic<Int>(0)

    private init(
        _ transfer: Transfer, _ work: Work, _ layout: PartLayout, _ proof: ContentProof, _ upload: PartedUpload
    ) {
        self.transfer = transfer
        self.work = work
        self.layout = layout
        self.proof = proof
        self.upload = upload
        switch proof {
        case .whole(let expected) where !expected.algorithm.isCombinable && !upload.isReadBack:
            ordered = OrderedDigest(.whole(expected.algorithm))
        case .composite(_, let partSize) where partSize != layout.partSize:
            ordered = OrderedDigest(.parts(size: partSize))
        case .whole, .composite, .unneeded, .lengthOnly: ordered = nil
        }
    }

    /// Transfers `work`, from where an earlier attempt left it.
    static func run(
        _ transfer: Transfer, _ work: Work, _ layout: PartLayout
    ) async throws(StorageError) -> Transfer.Completion {
        let context = transfer.context
        let left = await PartedUpload.left(transfer, work, layout)
        var first: PartLease?
        let read: Entry
        if left?.parts.contains(where: { $0.receipt.number == 1 }) ?? false {
            read = try await transfer.source.statPinned(work.source)
        } else {
            let lease = try await PartLease.acquire(layout.range(1).upperBound, context)
            read = try await transfer.source.readPinned(work.source, range: layout.range(1), into: lease.buffer)
            first = lease
        }
        let proof = ContentProof.available(work.source, read, layout: layout, context)
        let carriage = try await transfer.carriage(work, read, isStat: first == nil)
        let options = transfer.announced(work, carriage)
        let upload = try await PartedUpload.open(transfer, work, layout, left, options)
        let parts = PartsTransfer(transfer, work, layout, proof, upload)
        do throws(StorageError) {
            var completion = try await parts.finish(try await parts.send(first))
            completion.lost = carriage.lost
            return completion
        } catch {
            context.progress.add(-parts.bytesMoved.load(ordering: .relaxed), to: .bytesDone)
            await upload.leave(after: error)
            throw error
        }
    }

    /// Sends every part. As many are under way as there is memory for, or as are asked for; how many of these are on the
    /// network at once is found by who sends them. Memory is taken in the order of the parts, which ``OrderedDigest``
    /// relies on.
    private func send(_ first: PartLease?) async throws(StorageError) -> [Part] {
        let context = transfer.context
        let inFlightMax = max(context.options.transferring.partsInFlight ?? layout.count, 1)
        var waiting: PartLease? = first
        do {
            return try await withThrowingTaskGroup(of: Part.self) { group in
                var parts = [Part](), running = 0
                parts.reserveCapacity(layout.count)
                for number in 1...layout.count {
                    let range = layout.range(number)
                    if let part = finished(number), !isReadAgain {
                        count(range)
                        parts.append(part)
                        continue
                    }
                    if running == inFlightMax, let part = try await group.next() {
                        parts.append(part)
                        running -= 1
                    }
                    running += 1
                    let isRead = waiting != nil
                    let lease: PartLease
                    if let ready = waiting {
                        lease = ready
                        waiting = nil
                    } else {
                        lease = try await PartLease.acquire(range.upperBound - range.lowerBound, context)
                    }
                    group.addTask {
                        do throws(StorageError) {
                            return try await self.send(number, range, lease, isRead: isRead)
                        } catch {
                            self.ordered?.fail(error)
                            throw error
                        }
                    }
                }
                while let part = try await group.next() { parts.append(part) }
                return parts.sorted { $0.receipt.number < $1.receipt.number }
            }
        } catch {
            throw StorageError(any: error)
        }
    }

    private func send(
        _ number: Int, _ range: Range<Int64>, _ lease: PartLease, isRead: Bool
    ) async throws(StorageError) -> Part {
        let inFlight = transfer.context.progress.partsInFlight
        var lease = lease
        defer {
            inFlight.end(lease.buffer)
            lease.giveBack()
        }
        // A download passes the network when it is read, everything else when it is written.
        let isDownload = transfer.context.targetCapabilities.hasDirectories
        if isDownload, !isRead { inFlight.begin(lease.buffer, of: work.key) }
        let digests = transfer.context.partDigests
        if needsPartDigests { digests.begin() }
        defer { if needsPartDigests { digests.end() } }
        if !isRead {
            let read = HedgedRead(
                context: transfer.context, source: transfer.source, entry: work.source, range: range)
            let found = try await read.run(into: lease)
            if found !== lease { inFlight.end(lease.buffer) }
            lease = found
        }
        let buffer = lease.buffer
        if let ordered { try await ordered.add(number, buffer) }
        if let part = finished(number), isUnchanged(part, buffer) {
            count(range)
            return part
        }
        // Written while it waits for others to be digested with.
        async let md5 = needsPartDigests ? digests.digest(of: buffer) : nil
        if !isDownload { inFlight.begin(buffer, of: work.key) }
        var part = Part(receipt: try await upload.session.upload(number, at: range.lowerBound, buffer))
        switch proof {
        case .unneeded, .lengthOnly: break
        case .composite:
            part.content = Digest.of(buffer, .crc64nvme)
            part.digest = await md5
        case .whole(let expected):
            if ordered == nil { part.digest = Digest.of(buffer, expected.algorithm) }
        }
        upload.wrote(part)
        count(range)
        return part
    }

    /// Whether the proof is made of the MD5 of each part.
    private var needsPartDigests: Bool {
        if case .composite = proof { ordered == nil } else { false }
    }

    private func count(_ range: Range<Int64>) {
        let count = range.upperBound - range.lowerBound
        bytesMoved.add(Int(count), ordering: .relaxed)
        transfer.moved(work, count)
    }

    /// What is known of a part that an earlier process wrote, if that is all that the proof needs.
    private func finished(_ number: Int) -> Part? {
        guard let part = upload.finished[number] else { return nil }
        switch proof {
        case .unneeded, .lengthOnly: return part
        case .composite: return part.content != nil && (ordered != nil || part.digest != nil) ? part : nil
        case .whole(let expected):
            return !expected.algorithm.isCombinable || part.digest?.count == expected.algorithm.length ? part : nil
        }
    }

    /// Whether finished parts have to be read at the source once more.
    private var isReadAgain: Bool { ordered != nil || upload.rereads }

    /// Whether the bytes of the source are still those that were written.
    private func isUnchanged(_ part: Part, _ buffer: PartBuffer) -> Bool {
        if let known = part.receipt.checksums.first(where: { $0.parts == nil }) {
            return Digest.of(buffer, known.algorithm) == known.bytes
        }
        guard transfer.context.targetCapabilities.tagsAreMD5, let tag = part.receipt.tag?.lookalike else {
            return false
        }
        return Digest.of(buffer, .md5) == tag.bytes
    }

    /// Proves the whole and makes it visible.
    private func finish(_ parts: [Part]) async throws(StorageError) -> Transfer.Completion {
        var completion = Transfer.Completion(action: .transferred)
        var composite: Checksum?, readBack: Checksum?
        switch proof {
        case .unneeded: break
        case .lengthOnly: completion.isLengthOnly = true
        case .whole(let expected) where !expected.algorithm.isCombinable && upload.isReadBack:
            readBack = expected
            completion.checksum = expected
        case .whole(let expected):
            let actual = ordered?.finish() ?? whole(expected.algorithm, parts, \.digest)
            guard actual == expected else { throw transfer.mismatch(work, expected) }
            completion.checksum = actual
        case .composite(let expected, let partSize):
            let actual = ordered?.finish() ?? Digest.composite(parts.compactMap(\.digest))
            if ordered == nil { composite = actual }
            if actual == expected {
                completion.checksum = actual
            } else {
                try transfer.doubt(
                    work, expected, sizes: [partSize], content: whole(.crc64nvme, parts, \.content).bytes)
                completion.isLengthOnly = true
            }
        }
        let tagsAreMD5 = transfer.context.targetCapabilities.tagsAreMD5
        let written = try await upload.complete(
            parts.map(\.receipt), expected: readBack ?? (tagsAreMD5 ? composite : nil))
        completion.written = written
        if tagsAreMD5, let composite, written.tagMayBeDigest, let tag = written.tag?.lookalike,
            tag.parts == composite.parts, tag != composite
        {
            throw StorageError(
                .corrupted, during: .upload, at: transfer.target.identity.container, key: work.targetKey,
                message: "the store says \(tag.hexadecimal) of what was sent as \(composite.hexadecimal)")
        }
        completion.checksum = completion.checksum ?? composite
        return completion
    }

    /// The CRC of the whole from those of the parts.
    private func whole(
        _ algorithm: ChecksumAlgorithm, _ parts: [Part], _ piece: (Part) -> [UInt8]?
    ) -> Checksum {
        var digest: [UInt8]?
        for part in parts {
            guard let next = piece(part) else { continue }
            let range = layout.range(part.receipt.number)
            let count = range.upperBound - range.lowerBound
            digest = digest.map { Digest.combine($0, next, lengthOfB: count, algorithm) } ?? next
        }
        return Checksum(algorithm, digest ?? Digest.of([], algorithm))
    }

}

extension ChecksumAlgorithm {
    /// Whether the digest of the whole follows from those of its pieces.
    var isCombinable: Bool {
        switch self {
        case .crc32, .crc32c, .crc64nvme: true
        case .md5, .sha1, .sha256: false
        }
    }
}
