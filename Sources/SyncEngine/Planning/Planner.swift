// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Chooses how each object is copied, from its size, what both stores can do, and the options; pure.
struct Planner: Sendable {
    let options: TransferOptions
    let source: Capabilities
    let target: Capabilities
    /// Whether the target store can reach the source by itself.
    let canCopyServerSide: Bool
    /// Whether copies are made in the parts that the source's tag tells of, which proves them: moves delete their
    /// sources, and an undo puts back what was there.
    let keepsParts: Bool

    /// Bytes of one part of a server-side copy, where nothing smaller is asked for: no memory passes here.
    private static let copyPartSize: Int64 = 512 << 20

    /// The way for `entry`; nil when the target cannot take an object of its size.
    /// `excluding`: part sizes that proved not to be the source's.
    func strategy(_ entry: Entry, streaming: Bool, excluding: Set<Int64> = []) -> CopyStrategy? {
        if canCopyServerSide, !streaming, options.serverSide != .never, let way = serverSide(entry) { return way }
        return streamed(entry, excluding: excluding)
    }

    /// How the store itself copies `entry`; nil when it cannot.
    func serverSide(_ entry: Entry) -> CopyStrategy? {
        guard let max = target.serverSideCopyMax, entry.kind == .object else { return nil }
        let cutoff = min(options.copyCutoff ?? max, max)
        let canCopyParts = target.copiesParts(of: entry.key) && target.multipart != nil
        if canCopyParts, keepsParts, let layout = sourceLayout(entry), layout.count > 1 {
            return .serverCopyParts(layout)
        }
        if entry.size <= cutoff { return .serverCopy }
        guard canCopyParts else { return entry.size <= max ? .serverCopy : nil }
        let part = min(Self.copyPartSize, Swift.max(cutoff, 1))
        return .serverCopyParts(PartLayout(size: entry.size, partSize: part, limits: target.multipart))
    }

    /// How `entry` passes through this machine; nil when it fits neither one write nor parts.
    func streamed(_ entry: Entry, excluding: Set<Int64> = []) -> CopyStrategy? {
        let layout = sourceLayout(entry, excluding: excluding) ?? ownLayout(entry.size)
        // One request needs the whole object in memory, so that the bound on memory is above the cutoff.
        let cutoff = min(options.uploadCutoff ?? layout.partSize, max(options.memoryMax, layout.partSize))
        let fitsParts = target.multipart.map { layout.count <= $0.partCountMax && layout.partSize <= $0.partMax }
        if fitsParts ?? false, entry.kind == .object, entry.size > min(cutoff, target.singleWriteMax) {
            return .parts(layout)
        }
        return entry.size <= target.singleWriteMax ? .single : nil
    }

    /// The layout that godwit gives an object of `size` bytes.
    func ownLayout(_ size: Int64) -> PartLayout {
        PartLayout(size: size, partSize: options.partSize, limits: target.multipart)
    }

    /// Part sizes that godwit itself may have used for an object of `size` bytes, now or by its defaults.
    func ownPartSizes(_ size: Int64) -> [Int64] {
        let chosen = ownLayout(size).partSize, usual = PartLayout(size: size, limits: nil).partSize
        return chosen == usual ? [chosen] : [chosen, usual]
    }

    /// The likeliest part size of a multipart source, by its tag and size.
    func sourcePartSize(_ entry: Entry, excluding: Set<Int64> = []) -> Int64? {
        guard let parts = ChecksumComparison.composite(entry)?.parts else { return nil }
        let candidates = PartSizeInference.candidates(size: entry.size, parts: parts, own: ownPartSizes(entry.size))
        return candidates.first { !excluding.contains($0) } ?? candidates.first
    }

    /// The parts that a multipart source was likely written in: kept, so that the copy has the same tag. Nil where the
    /// target cannot take them, or memory cannot.
    func sourceLayout(_ entry: Entry, excluding: Set<Int64> = []) -> PartLayout? {
        guard let part = sourcePartSize(entry, excluding: excluding), let limits = target.multipart,
            part >= limits.partMin, part <= min(limits.partMax, options.memoryMax), part < entry.size
        else { return nil }
        let layout = PartLayout(size: entry.size, partSize: part)
        return layout.count <= limits.partCountMax ? layout : nil
    }
}
