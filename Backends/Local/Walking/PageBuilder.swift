// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Collects a page whose keys share one buffer.
struct PageBuilder {
    private struct Pending {
        var key: Range<Int>
        var kind: Entry.Kind
        var status: FileStatus?
    }

    private var keys: [UInt8] = []
    private var pending: [Pending] = []
    private(set) var issues: [ListingIssue] = []

    var count: Int { pending.count + issues.count }

    init(capacity: Int) {
        keys.reserveCapacity(capacity * 48)
        pending.reserveCapacity(capacity)
    }

    mutating func add(
        prefix: [UInt8], name: UnsafeRawBufferPointer, _ kind: Entry.Kind, _ status: FileStatus?
    ) {
        let start = keys.count
        keys += prefix
        keys.append(contentsOf: name)
        pending.append(Pending(key: start..<keys.count, kind: kind, status: status))
    }

    mutating func add(_ issue: ListingIssue) { issues.append(issue) }

    func page() -> ListingPage {
        let entries = pending.map { pending in
            let key = ObjectKey(SharedBytes(keys, pending.key))
            return pending.status?.entry(key, pending.kind) ?? Entry(key: key, kind: pending.kind, size: 0)
        }
        return ListingPage(entries: entries, issues: issues)
    }
}
