// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Finds the directories that a stream of keys passes through; pure.
///
/// In key order and in component order all keys of a directory stand together, so remembering the way to the last key
/// suffices. An unordered stream needs the memory of every directory.
struct DirectoryTrail {
    private static let slash = UInt8(ascii: "/")
    private var trail: [ObjectKey] = []
    private var seen: Set<ObjectKey>?

    init(isOrdered: Bool) { seen = isOrdered ? nil : [] }

    /// The directories on the way to `key` (relative, a directory ending in `/`) that have not been met before,
    /// outermost first, without trailing slash.
    mutating func enter(_ key: ObjectKey) -> [ObjectKey] {
        var directories: [ObjectKey] = []
        for index in 0..<key.bytes.count where key.bytes[index] == Self.slash && index > 0 {
            directories.append(ObjectKey(key.bytes.prefix(index)))
        }
        if seen != nil {
            return directories.filter { seen?.insert($0.detached()).inserted == true }
        }
        var shared = 0
        while shared < min(trail.count, directories.count), trail[shared] == directories[shared] { shared += 1 }
        trail = directories.map { $0.detached() }
        return Array(directories[shared...])
    }
}
