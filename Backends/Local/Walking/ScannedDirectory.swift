// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The sorted names of one directory, and the status of its files where there are few.
struct ScannedDirectory: Sendable {
    /// One name. Both slices are of ``names``, a NUL behind each; they are the same unless the name is mapped.
    struct Item: Sendable {
        enum Kind: Sendable {
            case file, directory, keptLink
            /// A link that is not followed, or that leads nowhere or round in a circle.
            case skippedLink, brokenLink
            case special
            case invalidName
            /// Another name in the directory stands for the same key.
            case duplicate
            /// Its kind could not be learned, with the system's answer.
            case failed(SystemError)
        }

        var kind: Kind
        /// The name in the file system.
        var rawStart: UInt32
        var rawCount: UInt16
        /// The last component of the key, with `/` for a directory.
        var keyStart: UInt32
        var keyCount: UInt16

        var raw: Range<Int> { Int(rawStart)..<Int(rawStart) + Int(rawCount) }
        var key: Range<Int> { Int(keyStart)..<Int(keyStart) + Int(keyCount) }
    }

    let status: FileStatus
    private(set) var names: [UInt8] = []
    private(set) var items: [Item] = []
    /// By item, nil where none is needed; empty where the directory is so large that they are taken as it is walked.
    var statuses: [Result<FileStatus, SystemError>?] = []
    /// Names of temporary files, which are no items.
    private(set) var temporaries: [[UInt8]] = []

    init(status: FileStatus) { self.status = status }

    /// Adds a name whose key component is `key`, or the name itself.
    mutating func add(_ name: UnsafeRawBufferPointer, _ kind: Item.Kind, key: [UInt8]? = nil) {
        let rawStart = names.count
        names.append(contentsOf: name)
        names.append(0)
        var item = Item(
            kind: kind, rawStart: UInt32(rawStart), rawCount: UInt16(name.count), keyStart: UInt32(rawStart),
            keyCount: UInt16(name.count))
        if case .directory = kind {
            item.keyStart = UInt32(names.count)
            names.append(contentsOf: key ?? Array(name))
            names.append(UInt8(ascii: "/"))
            item.keyCount = UInt16(names.count - Int(item.keyStart))
            names.append(0)
        } else if let key {
            item.keyStart = UInt32(names.count)
            names.append(contentsOf: key)
            names.append(0)
            item.keyCount = UInt16(key.count)
        }
        items.append(item)
    }

    mutating func addTemporary(_ name: UnsafeRawBufferPointer) { temporaries.append(Array(name)) }

    /// Sorts the items by their keys, and marks all but the first of equal ones.
    mutating func sort(_ order: ListingOrder) {
        names.withUnsafeBytes { names in
            func key(_ item: Item) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: names[item.key]) }
            items.sort { order.compare(key($0), key($1)) < 0 }
            for index in items.indices.dropFirst() where order.compare(key(items[index - 1]), key(items[index])) == 0 {
                items[index].kind = .duplicate
            }
        }
    }

    /// Keeps the items that `predicate` accepts by their key component.
    mutating func filter(_ predicate: (UnsafeRawBufferPointer) -> Bool) {
        var kept = [Item]()
        var keptStatuses = [Result<FileStatus, SystemError>?]()
        names.withUnsafeBytes { names in
            for (index, item) in items.enumerated()
            where predicate(UnsafeRawBufferPointer(rebasing: names[item.key])) {
                kept.append(item)
                if !statuses.isEmpty { keptStatuses.append(statuses[index]) }
            }
        }
        (items, statuses) = (kept, keptStatuses)
    }

    /// Calls `body` with the key component of item `index`.
    func withKey<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        names.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[items[index].key])) }
    }

    func rawName(_ index: Int) -> ArraySlice<UInt8> { names[items[index].raw] }
}
