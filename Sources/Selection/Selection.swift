// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Which objects a run concerns: rules, sizes, ages and depth, compiled once; pure.
///
/// The rules mean what rclone's do (https://rclone.org/filtering/). An object is selected when the rules include it
/// and every directory on the way to it, and its size, age and depth are within their bounds.
public struct Selection: Sendable {
    private var files: RuleAutomaton?
    private var directories: RuleAutomaton?
    private var sizes: ClosedRange<Int64>?
    /// The earliest and the latest modification time.
    private var earliest: Timestamp?
    private var latest: Timestamp?
    private var depthMax: Int?
    /// Nothing is excluded.
    public private(set) var isEverything: Bool

    public init() { isEverything = true }

    /// Everything.
    public static let all = Selection()

    /// Compiles `definition`; an unusable rule or bound is an error that names it.
    public init(_ definition: SelectionDefinition) throws(SelectionError) {
        let rules = try RuleList(definition)
        files = Self.compile(rules.files.ordered, rules)
        directories = Self.compile(rules.directories.ordered, rules)
        depthMax = definition.maxDepth.flatMap { $0 > 0 ? $0 : nil }
        let least = definition.minSize ?? 0, most = definition.maxSize ?? .max
        guard least <= most else {
            throw SelectionError(
                rule: String(least), place: "--min-size", reason: "is more than --max-size \(most)")
        }
        if definition.minSize != nil || definition.maxSize != nil { sizes = least...most }
        earliest = definition.maxAge.map { definition.now.earlier(by: $0) }
        latest = definition.minAge.map { definition.now.earlier(by: $0) }
        if let earliest, let latest, latest < earliest {
            throw SelectionError(
                rule: "\(definition.minAge ?? .zero)", place: "--min-age",
                reason: "is more than --max-age \(definition.maxAge ?? .zero)")
        }
        isEverything =
            files == nil && directories == nil && depthMax == nil && sizes == nil && earliest == nil && latest == nil
    }

    private static func compile(_ ordered: [RuleList.Rule], _ rules: RuleList) -> RuleAutomaton? {
        let automaton = RuleAutomaton(ordered.map { ($0.includes, rules.pattern(of: $0)) })
        return automaton.isTrivial ? nil : automaton
    }

    /// Whether `entry`, whose key relative to the location is `key`, is selected.
    ///
    /// A directory is judged by the rules for directories and by depth alone. Where a listing shows no modification
    /// time, the time of writing stands for it.
    public func selects(_ entry: Entry, key: ObjectKey) -> Bool {
        if isEverything { return true }
        if entry.kind == .directory { return selectsDirectory(key) }
        if let sizes, !sizes.contains(entry.size) { return false }
        if earliest != nil || latest != nil, let time = entry.modified ?? entry.written {
            if let earliest, time < earliest { return false }
            if let latest, time > latest { return false }
        }
        return key.bytes.withUnsafeBytes { path in
            if let depthMax, Self.slashes(in: path) >= depthMax { return false }
            if let files, !files.includes(path) { return false }
            return directories?.includesDirectories(of: path) ?? true
        }
    }

    /// Whether anything under `directory` (relative, ending in `/`) can be selected; false prunes the listing.
    public func mayContain(_ directory: ObjectKey) -> Bool {
        if directories == nil, depthMax == nil { return true }
        return directory.bytes.withUnsafeBytes { path in
            if let depthMax, Self.slashes(in: path) >= depthMax { return false }
            return directories?.includesDirectories(of: path) ?? true
        }
    }

    private func selectsDirectory(_ key: ObjectKey) -> Bool {
        key.bytes.withUnsafeBytes { path in
            if let depthMax, Self.slashes(in: path) > depthMax { return false }
            return directories?.includesDirectories(of: path) ?? true
        }
    }

    private static func slashes(in path: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in path where byte == UInt8(ascii: "/") { count += 1 }
        return count
    }
}

extension Timestamp {
    /// The time `duration` before, rounded to nanoseconds.
    fileprivate func earlier(by duration: Duration) -> Timestamp {
        let (whole, attoseconds) = duration.components
        var nanoseconds = Int64(self.nanoseconds) - attoseconds / 1_000_000_000
        var seconds = self.seconds.subtractingReportingOverflow(whole).partialValue
        if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            seconds -= 1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            seconds += 1
        }
        return Timestamp(seconds: seconds, nanoseconds: UInt32(nanoseconds))
    }
}
