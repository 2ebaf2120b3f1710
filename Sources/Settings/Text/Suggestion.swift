// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What someone who mistyped a name probably meant.
enum Suggestion {
    /// The name of `names` nearest to `text`; nil when none is near.
    static func nearest(to text: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(text.lowercased().utf8)
        let limit = max(2, wanted.count / 3)
        let best = names.map { (name: $0, distance: distance(wanted, Array($0.utf8))) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return best.flatMap { $0.distance <= limit ? $0.name : nil }
    }

    /// The least number of insertions, deletions and replacements that make one of the other.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (left == right ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
