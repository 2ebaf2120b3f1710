// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Decides whether two objects of one key are the same; pure. Asked again with more knowledge after each proof that it
/// wanted, it ends with a verdict.
struct Comparator: Sendable {
    /// What the comparison may rely on at one side.
    struct Store: Sendable, Hashable {
        /// Content can be digested without requests.
        var isLocal: Bool
        var listsModified: Bool
        var timePrecision: Duration?

        init(_ capabilities: Capabilities) {
            isLocal = capabilities.readsAreLocal
            listsModified = capabilities.listsModified
            timePrecision = capabilities.timePrecision
        }
    }

    /// Local content up to this many bytes is digested before a request is sent.
    static let smallMax: Int64 = 1 << 20

    let options: ComparisonOptions
    let source: Store
    let target: Store
    /// Whether verdicts may ask to repair modification times.
    let repairsTimes: Bool
    /// Whether equal times are no proof for `auto`: what a move finds the same, it deletes at the source.
    let provesContent: Bool
    /// Times this close are equal.
    let window: Duration
    private let layouts: @Sendable (Int64) -> [Int64]

    /// `partSizes` gives the part sizes that godwit itself would have used for an object's size.
    init(
        _ options: ComparisonOptions, source: Store, target: Store, repairsTimes: Bool, provesContent: Bool = false,
        partSizes: @escaping @Sendable (Int64) -> [Int64]
    ) {
        self.options = options
        self.source = source
        self.target = target
        // rclone leaves the times alone, too, when it is told to go by checksums.
        let seesTimes = options.method == .auto || options.method == .mtime
        self.repairsTimes = repairsTimes && seesTimes && target.timePrecision != nil
        window = max(options.modifyWindow, max(source.timePrecision ?? .zero, target.timePrecision ?? .zero))
        self.provesContent = provesContent
        layouts = partSizes
    }

    /// What is known of `a`, at the source, and `b`, at the target, comes to this.
    func verdict(_ a: Entry, _ b: Entry, _ knowledge: Knowledge = .none) -> Verdict {
        if options.ignoresExisting { return .leave(.existing) }
        if options.ignoresTimes { return .differs(.forced) }
        if a.kind != b.kind { return .differs(.nothingComparable) }
        if options.update { return verdictByAge(a, b, knowledge) }
        if !options.ignoresSize, a.size != b.size { return .differs(.size) }
        if options.readsContent { return verdictByReading(a, b, knowledge) }
        switch options.method {
        case .size: return .same(.size)
        case .checksum: return verdictByContent(a, b, knowledge, otherwise: .nothingComparable)
        case .mtime: return verdictByTime(a, b, knowledge)
        case .auto: return verdictByLadder(a, b, knowledge)
        }
    }

    /// Whether two times count as equal.
    func isEqual(_ a: Timestamp, _ b: Timestamp) -> Bool { a == b || a.distance(to: b) < window }

    // MARK: rclone's tests

    /// `--update`: what is newer at the target stays, what is older is compared by content, what is of the same age by
    /// size.
    private func verdictByAge(_ a: Entry, _ b: Entry, _ knowledge: Knowledge) -> Verdict {
        if let proof = missingTime(a, b, knowledge) { return .needs(proof) }
        if let ours = a.modified ?? a.written, let theirs = b.modified ?? b.written {
            if !isEqual(ours, theirs), theirs > ours { return .leave(.newer) }
            if !options.ignoresSize, a.size != b.size { return .differs(.size) }
            if isEqual(ours, theirs), options.method != .checksum { return .same(.mtime) }
        }
        if !options.ignoresSize, a.size != b.size { return .differs(.size) }
        return verdictByContent(a, b, knowledge, otherwise: .mtime)
    }

    /// `--compare mtime`: equal times are enough; otherwise the content decides, if anything can tell.
    private func verdictByTime(_ a: Entry, _ b: Entry, _ knowledge: Knowledge) -> Verdict {
        if let proof = missingTime(a, b, knowledge) { return .needs(proof) }
        guard let ours = a.modified ?? a.written, let theirs = b.modified ?? b.written else {
            return verdictByContent(a, b, knowledge, otherwise: .nothingComparable)
        }
        if isEqual(ours, theirs) { return .same(.mtime) }
        if options.exactTimes { return .differs(.mtime) }
        return verdictByContent(a, b, knowledge, otherwise: .mtime)
    }

    /// Equal digests of both contents, each read whole.
    private func verdictByReading(_ a: Entry, _ b: Entry, _ knowledge: Knowledge) -> Verdict {
        let layout = DigestLayout.whole(.sha256)
        guard let ours = knowledge.sourceDigests[layout] else { return .needs(.digests(.source, [layout])) }
        guard let theirs = knowledge.targetDigests[layout] else { return .needs(.digests(.target, [layout])) }
        return ours == theirs ? same(a, b, knowledge, .digest) : .differs(.digest)
    }

    private func missingTime(_ a: Entry, _ b: Entry, _ knowledge: Knowledge) -> Proof? {
        if a.modified == nil, !knowledge.isSourceStatted { return .stat(.source) }
        if b.modified == nil, !knowledge.isTargetStatted { return .stat(.target) }
        return nil
    }

    /// Equal digests, whatever they cost; `otherwise` when there are none to compare.
    private func verdictByContent(
        _ a: Entry, _ b: Entry, _ knowledge: Knowledge, otherwise: Evidence
    ) -> Verdict {
        if let known = verdictByListedDigests(a, b, knowledge) { return known }
        if let local = verdictByLocalDigest(a, b, knowledge, sizeMax: .max) { return local }
        if let proof = missingStat(knowledge) { return .needs(proof) }
        return .differs(otherwise)
    }

    // MARK: the ladder of `auto`

    private func verdictByLadder(_ a: Entry, _ b: Entry, _ knowledge: Knowledge) -> Verdict {
        if let known = verdictByListedDigests(a, b, knowledge) { return known }
        if !provesContent, source.listsModified, target.listsModified, let ours = a.modified, let theirs = b.modified,
            isEqual(ours, theirs)
        {
            return .same(.mtime)
        }
        if let small = verdictByLocalDigest(a, b, knowledge, sizeMax: Self.smallMax) { return small }
        if let proof = missingStat(knowledge) { return .needs(proof) }
        if !provesContent, let ours = sourceTime(a, knowledge), let theirs = b.modified, isEqual(ours, theirs) {
            return .same(.mtime)
        }
        if let local = verdictByLocalDigest(a, b, knowledge, sizeMax: .max) { return local }
        return .differs(sourceTime(a, knowledge) != nil && b.modified != nil ? .mtime : .nothingComparable)
    }

    private func verdictByListedDigests(_ a: Entry, _ b: Entry, _ knowledge: Knowledge) -> Verdict? {
        if a.size == 0, b.size == 0 { return same(a, b, knowledge, .size) }
        return ChecksumComparison.compare(a, b).map { $0 ? same(a, b, knowledge, .checksum) : .differs(.checksum) }
    }

    /// The digest of a side that is at hand against what the other side offers; nil when that cannot decide.
    private func verdictByLocalDigest(
        _ a: Entry, _ b: Entry, _ knowledge: Knowledge, sizeMax: Int64
    ) -> Verdict? {
        if source.isLocal, a.size <= sizeMax {
            switch compare(b, with: knowledge.sourceDigests, of: a, at: .source) {
            case .equal: return same(a, b, knowledge, .digest)
            case .different: return .differs(.digest)
            case .needs(let layouts): return .needs(.digests(.source, layouts))
            case .unknown: break
            }
        }
        if target.isLocal, b.size <= sizeMax {
            switch compare(a, with: knowledge.targetDigests, of: b, at: .target) {
            case .equal: return same(a, b, knowledge, .digest)
            case .different: return .differs(.digest)
            case .needs(let layouts): return .needs(.digests(.target, layouts))
            case .unknown: break
            }
        }
        guard source.isLocal, target.isLocal, a.size <= sizeMax else { return nil }
        let layout = DigestLayout.whole(.md5)
        guard let ours = knowledge.sourceDigests[layout] else { return .needs(.digests(.source, [layout])) }
        guard let theirs = knowledge.targetDigests[layout] else { return .needs(.digests(.target, [layout])) }
        return ours == theirs ? same(a, b, knowledge, .digest) : .differs(.digest)
    }

    private enum Comparison { case equal, different, unknown, needs([DigestLayout]) }

    /// What `offering`'s digests say about the content of `local`, of which `digests` were computed.
    private func compare(
        _ offering: Entry, with digests: [DigestLayout: Checksum], of local: Entry, at side: Side
    ) -> Comparison {
        if let whole = ChecksumComparison.whole(offering) {
            guard let ours = digests[.whole(whole.algorithm)] else { return .needs([.whole(whole.algorithm)]) }
            return ours == whole ? .equal : .different
        }
        guard let composite = ChecksumComparison.composite(offering), let parts = composite.parts,
            offering.size == local.size
        else { return .unknown }
        // Our own layout first: the file is read a second time only for an object of another tool.
        let own = layouts(local.size)
        let candidates = PartSizeInference.candidates(size: local.size, parts: parts, own: own)
        let likely = candidates.filter { own.contains($0) }
        for group in [likely, candidates] {
            let layouts = group.map { DigestLayout.parts(size: $0) }
            if layouts.contains(where: { digests[$0] == composite }) { return .equal }
            let missing = layouts.filter { digests[$0] == nil }
            if !missing.isEmpty { return .needs(missing) }
        }
        return parts == 1 ? .different : .unknown
    }

    /// One stat of a side whose listing does not tell everything.
    private func missingStat(_ knowledge: Knowledge) -> Proof? {
        if !source.listsModified, !knowledge.isSourceStatted { return .stat(.source) }
        if !target.listsModified, !knowledge.isTargetStatted { return .stat(.target) }
        return nil
    }

    /// The time that a transfer keeps at the target: where the source stores none, when it was written.
    private func sourceTime(_ a: Entry, _ knowledge: Knowledge) -> Timestamp? {
        a.modified ?? (knowledge.isSourceStatted ? a.written : nil)
    }

    private func same(_ a: Entry, _ b: Entry, _ knowledge: Knowledge, _ evidence: Evidence) -> Verdict {
        guard repairsTimes, let ours = sourceTime(a, knowledge) else { return .same(evidence) }
        guard let theirs = b.modified else {
            // Only a stat shows that there is none.
            return .same(evidence, repairsTime: knowledge.isTargetStatted && a.modified != nil)
        }
        return .same(evidence, repairsTime: !isEqual(ours, theirs))
    }
}
