// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// A listing of a bucket's versions, pulled a page at a time: all of them, or those that were current at a moment.
final class S3VersionListing: Listing {
    private struct State {
        var position: S3Connection.VersionPosition?
        var isOver = false
        /// The key whose versions come just now, and which of them was current at the moment.
        var key: ObjectKey?
        var current: Entry?
        /// What was looked for where the store may leave keys out.
        var gaps = VersionGaps()
    }

    private let connection: S3Connection
    private let request: ListRequest
    /// One caller pulls at a time, so this is never contended.
    private let state = Mutex(State())

    init(_ connection: S3Connection, _ request: ListRequest) {
        self.connection = connection
        self.request = request
    }

    func next() async throws(StorageError) -> ListingPage? {
        var state = state.withLock(\.self)
        if state.isOver { return nil }
        let order = connection.policy.provider.listingOrder
        guard request.order == order else {
            throw StorageError(
                .unsupported, during: .list, at: connection.location,
                message: "\(connection.policy.provider.name) does not list in that order")
        }
        let losesKeys = connection.policy.provider.losesKeysBetweenPages
        if losesKeys, let last = state.position?.key {
            try await state.gaps.confirmNothingIsLost(behind: ObjectKey(last), connection, request)
        }
        let page = try await connection.listVersions(request, at: state.position)
        var entries: [Entry] = []
        for entry in page.entries {
            try check(entry, behind: state.key, order)
            if losesKeys { state.gaps.pass(entry.key) }
            if let after = request.after, order != .unordered, order.compare(entry.key, after) <= 0 { continue }
            add(entry, &state, &entries)
        }
        state.position = page.next
        if page.next == nil {
            state.isOver = true
            finish(&state, &entries)
        }
        self.state.withLock { $0 = state }
        return ListingPage(entries: entries)
    }

    private func add(_ entry: Entry, _ state: inout State, _ entries: inout [Entry]) {
        guard case .at(let moment) = request.versions, entry.kind != .directory else {
            state.key = entry.key
            entries.append(entry)
            return
        }
        if state.key != entry.key { finish(&state, &entries) }
        state.key = entry.key
        S3Connection.pass(entry, at: moment, &state.current)
    }

    /// The versions of a key have all come.
    private func finish(_ state: inout State, _ entries: inout [Entry]) {
        if let current = state.current, current.kind == .object { entries.append(current) }
        state.current = nil
    }

    /// No page may leave the prefix or go back.
    private func check(_ entry: Entry, behind last: ObjectKey?, _ order: ListingOrder) throws(StorageError) {
        guard entry.key.hasPrefix(request.prefix) else {
            throw StorageError(
                .listingOutOfOrder, during: .list, at: connection.location,
                message: "\(TerminalText.escaped(entry.key.description)) is outside the prefix")
        }
        guard let last, order != .unordered, order.compare(entry.key, last) < 0 else { return }
        throw StorageError(
            .listingOutOfOrder, during: .list, at: connection.location,
            message: "\(TerminalText.escaped(entry.key.description)) comes behind a later key")
    }
}
