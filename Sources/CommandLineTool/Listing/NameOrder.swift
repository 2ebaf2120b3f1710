// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Puts one level of a listing in the order of names, a directory under its name without the slash; pure.
///
/// A store that lists by key bytes has `foo-bar` before `foo/`, though the name `foo` comes first. So an item waits
/// as long as a directory may follow whose name is a beginning of its own; such stretches are short.
struct NameOrder {
    private var waiting: [ListedItem] = []

    /// Takes the next item in key order; returns what may be shown now, in name order.
    mutating func add(_ item: ListedItem) -> [ListedItem] {
        let ready = release(before: Self.key(of: item))
        let place = waiting.firstIndex { item.path < $0.path } ?? waiting.endIndex
        waiting.insert(item, at: place)
        return ready
    }

    /// What still waits.
    mutating func finish() -> [ListedItem] {
        defer { waiting = [] }
        return waiting
    }

    private mutating func release(before key: ObjectKey) -> [ListedItem] {
        // An item is ready once the directory of every beginning of its name would have come before `key`; the rest
        // waits with all behind it.
        let count = waiting.firstIndex { Self.mayFollow($0.path, after: key) } ?? waiting.count
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }

    private static func mayFollow(_ path: ObjectKey, after key: ObjectKey) -> Bool {
        let slash = UInt8(ascii: "/")
        for length in 1..<max(path.bytes.count, 1) where path.bytes[length] < slash {
            if !(ObjectKey(SharedBytes(path.bytes.prefix(length).array + [slash])) < key) { return true }
        }
        return false
    }

    private static func key(of item: ListedItem) -> ObjectKey {
        item.isDirectory ? ObjectKey(SharedBytes(item.path.bytes.array + [UInt8(ascii: "/")])) : item.path
    }
}
