// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Synchronization

@testable import StorageLayers

/// A store of keys that lists them a few at a time, rightly or not, while others add and remove some.
final class Shelf: Sendable {
    /// What the store makes of a listing.
    enum Manner: CaseIterable {
        case right
        /// A key to start after counts for nothing: all is sent, and what comes before the key is dropped here.
        case ignoresAfter
        /// A key to start after comes itself, if it is there.
        case includesAfter
        /// Only keys that are there may be started after.
        case refusesAfter
        /// By path component, whatever was asked for.
        case byComponent
    }

    private struct State {
        var keys: [ObjectKey]
        var random: SeededRandom
        var requests = 0
        var looks = 0
    }

    let pageSize: Int
    private let order: ListingOrder
    private let manner: Manner
    /// Keys that come and go.
    private let visitors: [ObjectKey]
    private let state: Mutex<State>

    init(
        _ keys: [ObjectKey], visitors: [ObjectKey] = [], order: ListingOrder, pageSize: Int, manner: Manner = .right,
        random: SeededRandom
    ) {
        self.order = manner == .byComponent ? .pathComponents : order
        self.pageSize = pageSize
        self.manner = manner
        self.visitors = visitors
        let own = self.order
        state = Mutex(State(keys: keys.sorted { own.compare($0, $1) < 0 }, random: random))
    }

    var requests: Int { state.withLock { $0.requests } }
    /// Those of them that were by delimiter.
    var looks: Int { state.withLock { $0.looks } }

    func list(_ request: ListRequest) -> any Listing { Cursor(shelf: self, request: request) }

    /// What one cursor shows.
    func serial(_ request: ListRequest) async throws(StorageError) -> [ObjectKey] {
        let cursor = list(request)
        var found = [ObjectKey]()
        while let page = try await cursor.next() { found += page.entries.map(\.key) }
        return found
    }

    private func holds(_ key: ObjectKey) -> Bool { state.withLock { $0.keys.contains(key) } }

    private func page(after: ObjectKey?, isFirst: Bool, _ request: ListRequest) -> [ObjectKey] {
        state.withLock { state in
            state.requests += 1
            if request.delimiter != nil { state.looks += 1 }
            if let visitor = visitors.randomElement(using: &state.random) {
                let index = state.keys.partitioningIndex { order.compare($0, visitor) >= 0 }
                if index < state.keys.count, state.keys[index] == visitor {
                    state.keys.remove(at: index)
                } else {
                    state.keys.insert(visitor, at: index)
                }
            }
            var index = 0
            if let after {
                index = state.keys.partitioningIndex { key in
                    let difference = order.compare(key, after)
                    return difference > 0 || difference == 0 && isFirst && manner == .includesAfter
                }
            }
            var page = [ObjectKey]()
            while index < state.keys.count, page.count < pageSize {
                if let name = Self.name(state.keys[index], request), name != page.last { page.append(name) }
                index += 1
            }
            return page
        }
    }

    /// What `request` shows of a key: all of it, or its beginning up to the delimiter.
    private static func name(_ key: ObjectKey, _ request: ListRequest) -> ObjectKey? {
        guard key.hasPrefix(request.prefix) else { return nil }
        let count = request.prefix.bytes.count
        guard let delimiter = request.delimiter, let end = key.bytes.dropFirst(count).firstIndex(of: delimiter) else {
            return key
        }
        return ObjectKey(key.bytes.prefix(count + end + 1))
    }

    private final class Cursor: Listing {
        private let shelf: Shelf
        private let request: ListRequest
        private let position: Mutex<(after: ObjectKey?, isFirst: Bool, isOver: Bool)>

        init(shelf: Shelf, request: ListRequest) {
            self.shelf = shelf
            self.request = request
            position = Mutex((shelf.manner == .ignoresAfter ? nil : request.after, true, false))
        }

        func next() async throws(StorageError) -> ListingPage? {
            let (after, isFirst, isOver) = position.withLock { $0 }
            if isOver { return nil }
            for _ in 0..<shelf.state.withLock({ Int.random(in: 0..<4, using: &$0.random) }) { await Task.yield() }
            if shelf.manner == .refusesAfter, isFirst, let after, !shelf.holds(after) {
                throw StorageError(.unexpected, during: .list, message: "no such key")
            }
            let keys = shelf.page(after: after, isFirst: isFirst, request)
            position.withLock { $0 = (keys.last ?? after, false, keys.count < shelf.pageSize) }
            let shown = keys.filter { key in request.after.map { request.order.compare(key, $0) > 0 } ?? true }
            let isDropped = shelf.manner == .ignoresAfter
            return ListingPage(entries: (isDropped ? shown : keys).map { Entry(key: $0, size: 1) })
        }
    }
}

extension Array {
    /// The first index whose element `belongs` is true of, as it is of all behind it.
    fileprivate func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
