// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Gives the order of key bytes from a store that lists by path component.
///
/// Each directory is listed with a delimiter. By bytes the keys under `foo/` come behind `foo!` and `foo-bar`, which by
/// component come behind `foo/`; so a directory is held back until the next name of its level is beyond it. What is
/// held at one time begins one with another (`foo/`, `foo!/`, `foo!!/`), so it is little.
final class DescendingListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    /// Entries of a page, about.
    private static let pageTarget = 512

    private struct Level {
        var listing: any Listing
        var page: [Entry] = []
        var index = 0
        var isExhausted = false
        /// Directories that wait for their turn; the last one is the least.
        var held: [ObjectKey] = []
    }

    private let backend: any Backend
    private let request: ListRequest
    private var levels: [Level] = []
    private var hasBegun = false

    /// Everything that `request` asks for, whose order is that of the store.
    init(_ backend: any Backend, _ request: ListRequest) {
        self.backend = backend
        self.request = request
    }

    func next() async throws(StorageError) -> ListingPage? {
        if !hasBegun {
            hasBegun = true
            descend(into: request.prefix)
        }
        var entries = [Entry]()
        var issues = [ListingIssue]()
        while !levels.isEmpty, entries.count < Self.pageTarget {
            let top = levels.count - 1
            if levels[top].index == levels[top].page.count, !levels[top].isExhausted {
                if let page = try await levels[top].listing.next() {
                    levels[top].page = page.entries
                    levels[top].index = 0
                    issues += page.issues
                } else {
                    levels[top].isExhausted = true
                }
            } else {
                step(top, &entries)
            }
        }
        return entries.isEmpty && issues.isEmpty ? nil : ListingPage(entries: entries, issues: issues)
    }

    /// Takes one step in the innermost level: emits or holds back its next name, descends into what is due, or ends it.
    private func step(_ top: Int, _ entries: inout [Entry]) {
        guard levels[top].index < levels[top].page.count else {
            if let directory = levels[top].held.popLast() {
                descend(into: directory)
            } else {
                levels.removeLast()
            }
            return
        }
        let entry = levels[top].page[levels[top].index]
        if let directory = levels[top].held.last, directory < entry.key {
            levels[top].held.removeLast()
            descend(into: directory)
            return
        }
        levels[top].index += 1
        if entry.kind == .directory {
            guard request.enters?(entry.key) ?? true else { return }
            levels[top].held.append(entry.key.detached())
        } else {
            entries.append(entry)
        }
    }

    private func descend(into prefix: ObjectKey) {
        var level = request
        level.prefix = prefix
        level.delimiter = UInt8(ascii: "/")
        levels.append(Level(listing: backend.list(level)))
    }
}
