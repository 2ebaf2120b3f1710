// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// One directory of the chain that a walk is in.
struct WalkFrame: Sendable {
    /// Status of files taken at a time in large directories.
    private static let chunk = 1024

    /// Relative to the root; empty: the root.
    let path: [UInt8]
    /// What the keys in the directory begin with: empty, or ending in `/`.
    let keyPrefix: [UInt8]
    /// What is left of the key to begin after, relative to this directory; nil: begin at the first.
    let after: ObjectKey?
    private(set) var directory: ScannedDirectory
    /// The item that comes next.
    private(set) var next = 0
    /// Subdirectories before this item are being read ahead or were passed.
    private var ahead = 0
    private var slots: [Int: DirectorySlot] = [:]
    private var chunkStart = 0
    private var chunkStatuses: [Result<FileStatus, SystemError>?] = []

    init(path: [UInt8], keyPrefix: [UInt8], after: ObjectKey?, directory: ScannedDirectory) {
        self.path = path
        self.keyPrefix = keyPrefix
        self.after = after
        self.directory = directory
    }

    var isFinished: Bool { next == directory.items.count }

    mutating func advance() { next += 1 }

    /// Drops the subdirectories that `enters` does not want.
    mutating func keepDirectories(_ enters: (ObjectKey) -> Bool) {
        directory.filter { name in
            name.last != UInt8(ascii: "/") || enters(ObjectKey(SharedBytes(keyPrefix + Array(name))))
        }
    }

    /// Begins behind the items that are not after ``after``.
    mutating func skipPassed(_ order: ListingOrder, descends: Bool) {
        guard let after else { return }
        var low = 0, high = directory.items.count
        while low < high {
            let middle = (low + high) / 2
            let isBehind = directory.withKey(middle) { name in
                after.bytes.withUnsafeBytes { after in
                    order.compare(name, after) > 0
                        || descends && name.last == UInt8(ascii: "/") && after.starts(with: name)
                }
            }
            if isBehind { high = middle } else { low = middle + 1 }
        }
        next = low
        ahead = low
    }

    /// The status of item `index`, which is the next one.
    mutating func status(_ index: Int, _ scanner: DirectoryScanner) -> Result<FileStatus, SystemError>? {
        if !directory.statuses.isEmpty { return directory.statuses[index] }
        if !(chunkStart..<chunkStart + chunkStatuses.count).contains(index) {
            chunkStart = index
            let end = min(index + Self.chunk, directory.items.count)
            chunkStatuses = scanner.statuses(directory, index..<end, at: path)
        }
        return chunkStatuses[index - chunkStart]
    }

    func childPath(_ index: Int) -> [UInt8] {
        let name = directory.rawName(index)
        return path.isEmpty ? Array(name) : path + [UInt8(ascii: "/")] + name
    }

    /// Gives at most `limit` slots of subdirectories ahead to `submit`, so that a few are always under way.
    mutating func readAhead(limit: Int, _ submit: (DirectorySlot) -> Void) -> Int {
        var submitted = 0
        ahead = max(ahead, next)
        while ahead < directory.items.count, slots.count < limit, submitted < limit {
            if case .directory = directory.items[ahead].kind {
                let slot = DirectorySlot(path: childPath(ahead))
                slots[ahead] = slot
                submit(slot)
                submitted += 1
            }
            ahead += 1
        }
        return submitted
    }

    /// The slot in which item `index` is read ahead, given up by the frame.
    mutating func takeSlot(_ index: Int) -> DirectorySlot? { slots.removeValue(forKey: index) }
}
