// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Which objects a run concerns: rules, sizes, ages, depth and more, compiled once; pure.
///
/// The rules mean what rclone's do (https://rclone.org/filtering/), unless they are those of `aws s3`. An object is
/// selected when the rules include it and every directory on the way to it, and its size, age and depth are within
/// their bounds.
public struct Selection: Sendable {
    private var files: RuleAutomaton?
    private var directories: RuleAutomaton?
    private var sizes: ClosedRange<Int64>?
    /// The earliest and the latest modification time.
    private var earliest: Timestamp?
    private var latest: Timestamp?
    private var depthMax: Int?
    private var partition: Partition?
    private var storageClasses: Set<String>?
    /// What every selected key begins with: nothing else need be listed. Empty, or ends in `/`.
    public private(set) var prefix = ObjectKey.root
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
        prefix = ObjectKey(SharedBytes(rules.commonPrefix))
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
        partition = definition.partition
        storageClasses = definition.storageClasses
        isEverything =
            files == nil && directories == nil && depthMax == nil && sizes == nil && earliest == nil && latest == nil
            && partition == nil && storageClasses == nil
    }

    /// Everything, as deep as this looks.
    public var depthOnly: Selection {
        var selection = Selection()
        selection.depthMax = depthMax
        selection.isEverything = depthMax == nil
        return selection
    }

    private static func compile(_ ordered: [RuleList.Rule], _ rules: RuleList) -> RuleAutomaton? {
        let automaton = RuleAutomaton(ordered.map { ($0.includes, rules.pattern(of: $0)) })
        return automaton.isTrivial ? nil : automaton
    }

    /// Whether `entry`, whose key relative to the location is `key`, is selected.
    ///
    /// A directory is judged by the rules for directories and by depth alone. Where a listing shows no modification
    /// time, the time of writing stands for it. Storage classes are another matter (``selectsClass(of:)``).
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
            guard directories?.includesDirectories(of: path) ?? true else { return false }
            return partition?.contains(path) ?? true
        }
    }

    /// Whether more than an object's name decides: its size, its age, its storage class.
    public var judgesObjects: Bool { sizes != nil || earliest != nil || latest != nil || storageClasses != nil }

    /// Whether objects of some storage classes only are asked for.
    public var selectsSomeClasses: Bool { storageClasses != nil }

    /// Whether the storage class of `entry` is among those asked for. Asked about sources alone: a copy has a class of
    /// its own, so that the class of what is at a target says nothing.
    public func selectsClass(of entry: Entry) -> Bool {
        guard let storageClasses, entry.kind != .directory else { return true }
        return storageClasses.contains(entry.storageClass ?? "STANDARD")
    }

    /// Whether anything under `directory` (relative, ending in `/`) can be selected; false prunes the listing.
    public func mayContain(_ directory: ObjectKey) -> Bool {
        if directories == nil, depthMax == nil { return true }
        return directory.bytes.withUnsafeBytes { path in
            if let depthMax, Self.slashes(in: path) >= depthMax { return false }
            return directories?.includesDirectories(of: path) ?? true
        }
    }

    /// Whether any directory is excluded whole.
    public var prunes: Bool { directories != nil || depthMax != nil }

    /// The bytes of the outermost directory on the way to `key` (its `/` included) that is excluded whole; nil: none is.
    public func excludedDirectory(of key: ObjectKey) -> Int? {
        guard prunes else { return nil }
        return key.bytes.withUnsafeBytes { path in
            let deep = depthMax.flatMap { Self.end(ofComponent: $0, in: path) }
            let excluded = directories?.firstExcludedDirectory(of: path)
            guard let deep else { return excluded }
            return min(deep, excluded ?? deep)
        }
    }

    /// The bytes of the first `count` components of `path` and their slashes; nil when it has fewer slashes.
    private static func end(ofComponent count: Int, in path: UnsafeRawBufferPointer) -> Int? {
        var rest = count
        for index in path.indices where path[index] == UInt8(ascii: "/") {
            rest -= 1
            if rest == 0 { return index + 1 }
        }
        return nil
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
