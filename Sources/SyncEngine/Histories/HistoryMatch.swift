// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// How much of a source's history a target has; pure.
struct HistoryMatch: Sendable, Equatable {
    /// How many of the source's versions, counted from the oldest, the target has.
    var count = 0
    /// The versions of the target that these are, where that is known, by their places at the source.
    var copies: [Int: String] = [:]
    /// What the target has above the last of them and the source does not know.
    var stranger: String?

    /// Both histories, the oldest first, are of the same kinds and contents: no request is needed to tell. Nil where they
    /// are not, or where the newest content came before, so that the one history may be the other some versions later.
    static func same(_ source: [Entry], _ target: [Entry]) -> HistoryMatch? {
        guard source.count == target.count, let newest = source.last,
            !source.dropLast().contains(where: { isSame($0, newest) && newest.kind == .object })
        else { return nil }
        return beginning(source, target)
    }

    /// The target's history is what the source's begins with.
    static func beginning(_ source: [Entry], _ target: [Entry]) -> HistoryMatch? {
        guard target.count <= source.count, zip(source, target).allSatisfy(isSame) else { return nil }
        var match = HistoryMatch(count: target.count)
        for (index, version) in target.enumerated() { match.copies[index] = version.version }
        return match
    }

    /// The target's version at `place` is known to be the source's at `origin`. What stands above it are delete markers,
    /// which carry nothing: as many as follow in both are the same.
    init(_ source: [Entry], _ target: [Entry], origin: Int, place: Int) {
        count = origin + 1
        var next = place + 1
        while next < target.count, count < source.count, target[next].kind == .deleteMarker,
            source[count].kind == .deleteMarker
        {
            copies[count] = target[next].version
            count += 1
            next += 1
        }
        if next < target.count { stranger = target.last?.version }
        var (mine, theirs) = (origin, place)
        while mine >= 0, theirs >= 0, source[mine].kind == target[theirs].kind {
            copies[mine] = target[theirs].version
            mine -= 1
            theirs -= 1
        }
    }

    init(count: Int = 0) { self.count = count }

    /// Whether digests show that two versions are the same; delete markers are.
    static func isSame(_ a: Entry, _ b: Entry) -> Bool {
        guard a.kind == b.kind, a.size == b.size else { return false }
        return a.kind == .deleteMarker || ChecksumComparison.compare(a, b) == true
    }
}
