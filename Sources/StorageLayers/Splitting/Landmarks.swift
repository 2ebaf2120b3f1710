// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// What a listing of one directory by delimiter has shown: where keys begin, which nobody has to guess.
///
/// Digits tell little of keys in many directories, since each end of a directory is a gap. One request shows the next
/// thousand names of a level.
struct Landmarks {
    /// What was listed by delimiter.
    let directory: ObjectKey
    /// From where on it was listed.
    private let start: ObjectKey
    private let order: ListingOrder
    /// The names shown, in order; nil: nothing came yet.
    private var names: [ObjectKey]?
    /// Whether the directory has no more.
    private var isWhole = false
    /// Keys that pages have shown among the names, and names that these pages passed.
    private var keys = 0.0, passed = 0.0

    init(_ directory: ObjectKey, after start: ObjectKey, _ order: ListingOrder) {
        self.directory = directory
        self.start = start
        self.order = order
    }

    /// Takes what came; names that are out of order are no landmarks. Nil: there are none, or they could not be listed.
    mutating func received(_ page: ListingPage?) {
        // The directory that one starts within is shown once more.
        let found = (page?.entries ?? []).map(\.key).filter { order.compare(start, $0) < 0 }
        let isInOrder = zip(found, found.dropFirst()).allSatisfy { order.compare($0, $1) < 0 }
        names = isInOrder ? found : []
        isWhole = found.isEmpty || !isInOrder
    }

    /// Whether this tells, or will tell, of what lies behind `position` in the directory.
    func isAbout(_ position: ObjectKey) -> Bool {
        guard order.compare(start, position) <= 0 else { return false }
        guard !isWhole, let last = names?.last else { return true }
        return order.compare(position, last) < 0
    }

    /// Whether everything it knows lies before `position`.
    func isBehind(_ position: ObjectKey) -> Bool {
        guard let names else { return false }
        guard let last = names.last else { return !position.hasPrefix(directory) }
        return order.compare(last, position) <= 0 && !position.hasPrefix(directory)
    }

    /// Learns from the keys of a page how many there are to a name.
    mutating func learn(first: ObjectKey, last: ObjectKey, count: Int) {
        guard let names, !names.isEmpty, order.compare(start, first) <= 0 else { return }
        let begin = firstIndex(behind: first)
        guard begin < names.count else { return }
        keys += Double(count)
        passed += Double(firstIndex(behind: last) - begin)
    }

    private var keysPerName: Double { max(keys / max(passed, 1), 1) }

    /// How many keys there may be from `a` to `b`; nil where no name stands between them.
    func count(from a: ObjectKey, to b: ObjectKey) -> Double? {
        guard keys > 0 else { return nil }
        let between = firstIndex(behind: b) - firstIndex(behind: a)
        return between > 0 ? (Double(between) - 0.5) * keysPerName : nil
    }

    /// The name that about `count` keys stand before, from `key` on, and at least the next one; nil: none is known.
    func name(_ count: Double, after key: ObjectKey) -> ObjectKey? {
        guard let names, keys > 0, order.compare(start, key) <= 0 else { return nil }
        let next = firstIndex(behind: key)
        guard next < names.count else { return nil }
        let steps = max((count / keysPerName).rounded(.down), 1)
        return names[min(next + Int(min(steps, 1e6)) - 1, names.count - 1)]
    }

    /// The last name behind `a` that is not behind `b`.
    func lastName(behind a: ObjectKey, upTo b: ObjectKey) -> ObjectKey? {
        guard let names else { return nil }
        let end = firstIndex(behind: b)
        return end > firstIndex(behind: a) ? names[end - 1] : nil
    }

    private func firstIndex(behind key: ObjectKey) -> Int {
        guard let names else { return 0 }
        var (low, high) = (0, names.count)
        while low < high {
            let middle = (low + high) / 2
            if order.compare(names[middle], key) > 0 { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
