// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Testing

@testable import StorageLayers

/// How long a listing takes where every answer takes as long as every other, by a clock of its own.
@Suite struct ListingWindowTests {
    private static let pageSize = 100

    /// A counter, the fronts of digests, directories of unequal share with dates in them, and a few crowded directories.
    enum Shape: CaseIterable {
        case counter, digests, tree, crowded

        var keys: [ObjectKey] {
            switch self {
            case .counter: (1_000_000..<1_100_000).map { ObjectKey("data-\($0)") }
            case .digests:
                SeededRandom.keys(100_000)
            case .tree:
                (10..<110).flatMap { team in
                    (0..<(team - 9) * 20).map { number in
                        ObjectKey("team-\(team + 100)/2024-\(number / 50 + 100)/\(number % 50 * 7 + 1000).parquet")
                    }
                }
            case .crowded:
                (0..<20).flatMap { letter in
                    (0..<20_000 >> (letter / 3)).map { ObjectKey("\(letter + 10)-é/\(10_000_000 + 3 * $0)") }
                }
            }
        }

        /// How many times as fast as one cursor it is at the least.
        var gain: Double {
            switch self {
            case .counter, .digests: 10
            case .tree, .crowded: 5
            }
        }
    }

    @Test(arguments: Shape.allCases)
    func isListedSideBySide(shape: Shape) {
        let keys = shape.keys.sorted()
        var answers = Answers(keys: keys, pageSize: Self.pageSize)
        var window = ListingWindow(ListRequest(order: .keyBytes), SplitLimits(bytesMax: 2 << 20))
        var found = 0
        listing: while true {
            let step = window.next()
            answers.ask(window.fetches())
            switch step {
            case .page(let page): found += page.entries.count
            case .end, .failed: break listing
            case .wait:
                let (fetch, page) = answers.next()
                window.received(fetch.segment, page, at: answers.now)
                answers.ask(window.fetches())
            }
        }
        let pages = Double((keys.count + Self.pageSize - 1) / Self.pageSize)
        #expect(found == keys.count)
        #expect(Double(answers.requests) <= pages * 1.05 + 200)
        let gain = pages * Answers.delay / answers.now
        #expect(gain >= shape.gain)
    }
}

/// A store whose answers take so long each, in time of its own.
private struct Answers {
    static let delay = 0.05

    let keys: [ObjectKey]
    let pageSize: Int
    private(set) var now = 0.0
    private(set) var requests = 0
    private var cursors: [Int: Int] = [:]
    private var underWay: [(due: Double, fetch: ListingWindow.Fetch)] = []

    init(keys: [ObjectKey], pageSize: Int) {
        self.keys = keys
        self.pageSize = pageSize
    }

    mutating func ask(_ fetches: [ListingWindow.Fetch]) {
        requests += fetches.count
        underWay += fetches.map { (now + Self.delay, $0) }
    }

    /// The answer that comes next.
    mutating func next() -> (ListingWindow.Fetch, ListingPage?) {
        let (due, fetch) = underWay.removeFirst()
        now = due
        return (fetch, fetch.directory.map { names($0, after: fetch.after) } ?? page(fetch))
    }

    private mutating func page(_ fetch: ListingWindow.Fetch) -> ListingPage? {
        let begin = cursors[fetch.segment] ?? index(after: fetch.after)
        let end = min(begin + pageSize, keys.count)
        cursors[fetch.segment] = end
        return begin < end ? ListingPage(entries: keys[begin..<end].map { Entry(key: $0, size: 1) }) : nil
    }

    private func names(_ directory: ObjectKey, after: ObjectKey?) -> ListingPage {
        var names = [ObjectKey]()
        for key in keys[index(after: after)...] where names.count < pageSize && key.hasPrefix(directory) {
            let count = directory.bytes.count
            let end = key.bytes.dropFirst(count).firstIndex(of: UInt8(ascii: "/"))
            let name = end.map { ObjectKey(key.bytes.prefix(count + $0 + 1)) } ?? key
            if name != names.last { names.append(name) }
        }
        return ListingPage(entries: names.map { Entry(key: $0, size: 0) })
    }

    private func index(after key: ObjectKey?) -> Int {
        guard let key else { return 0 }
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] > key { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension SeededRandom {
    /// The same every time.
    fileprivate static func keys(_ count: Int) -> [ObjectKey] {
        var random = SeededRandom(seed: 7)
        return (0..<count).map { _ in
            let digits = String(random.next() | 1 << 63, radix: 16)
            return ObjectKey("\(digits).bin")
        }
    }
}
