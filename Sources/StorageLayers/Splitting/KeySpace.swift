// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// What is known of how the keys under a prefix are made: which bytes stand at which place. With it, keys are numbers
/// whose digits have an alphabet each, so that the distance of two keys can be told, and the key at a distance.
///
/// It is a guess and never more: a wrong one costs requests, not keys.
struct KeySpace {
    /// Keys that were seen in a row: by them, how dense keys are. They are measured anew whenever it matters, since what is
    /// known of the digits changes.
    struct Sample: Hashable {
        var first: ObjectKey
        var last: ObjectKey
        /// Keys from the first to the last.
        var count: Int
    }

    /// How dense keys are.
    private struct Density {
        /// The last place that counts, behind the prefix.
        var scale: Int
        /// How far a key is from the next one on average, in units of that place.
        var step: Double
    }

    /// The bytes seen at a place.
    private struct ByteSet: Hashable {
        var bits = SIMD4<UInt64>()
        mutating func insert(_ byte: UInt8) { bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
        func contains(_ byte: UInt8) -> Bool { bits[Int(byte >> 6)] & 1 << UInt64(byte & 63) != 0 }
        func union(_ other: ByteSet) -> ByteSet { ByteSet(bits: bits | other.bits) }
        func intersects(_ other: ByteSet) -> Bool { bits & other.bits != SIMD4() }
        func isSubset(of other: ByteSet) -> Bool { bits & other.bits == bits }

        init(bits: SIMD4<UInt64> = SIMD4()) { self.bits = bits }
        init(_ range: ClosedRange<Character>) {
            for byte in (range.lowerBound.asciiValue ?? 0)...(range.upperBound.asciiValue ?? 0) { insert(byte) }
        }
    }

    /// The bytes that may stand at a place, in order, and the rank of every byte among them.
    private struct Alphabet {
        var bytes: [UInt8]
        var ranks: [UInt8]
    }

    /// Places behind the prefix that are looked at.
    private static let depth = 112
    /// Places behind the first difference of a page that its density is told by.
    private static let digits = 4

    private static let classes = [ByteSet("0"..."9"), ByteSet("a"..."z"), ByteSet("A"..."Z")]
    private static let letters = classes.reduce(ByteSet()) { $0.union($1) }

    private let prefix: ObjectKey
    private let order: ListingOrder
    private var seen = [ByteSet](repeating: ByteSet(), count: depth)
    /// Places that began anew while one before them went on: all their bytes have been seen.
    private var hasWrapped = [Bool](repeating: false, count: depth)
    /// Made when they are needed, until something is learned.
    private var alphabets = [Alphabet?](repeating: nil, count: depth)

    init(prefix: ObjectKey, order: ListingOrder) {
        self.prefix = prefix
        self.order = order
    }

    /// Takes in a page of keys. Returns whether they are in order.
    mutating func learn(_ entries: [Entry]) -> Bool {
        for place in alphabets.indices { alphabets[place] = nil }
        let start = prefix.bytes.count
        return entries.withUnsafeBufferPointer { page in
            for index in page.indices {
                let isInOrder = page[index].key.bytes.withUnsafeBytes { key in
                    guard index > 0 else {
                        add(key, from: start, after: nil)
                        return true
                    }
                    return page[index - 1].key.bytes.withUnsafeBytes { previous in
                        let shared = SharedBytes.sharedCount(previous, key)
                        add(key, from: max(shared, start), after: previous)
                        return shared < key.count
                            && (shared == previous.count
                                || order.rank(previous[shared]) < order.rank(key[shared]))
                    }
                }
                if !isInOrder { return false }
            }
            return true
        }
    }

    private mutating func add(_ key: UnsafeRawBufferPointer, from: Int, after previous: UnsafeRawBufferPointer?) {
        let start = prefix.bytes.count
        for index in from..<max(from, min(key.count, start + Self.depth)) {
            seen[index - start].insert(key[index])
            if index > from, let previous, index < previous.count, key[index] < previous[index] {
                hasWrapped[index - start] = true
            }
        }
    }

    /// How many keys there may be from `a` to `b`, where they are as dense as in the sample; nil when that cannot be told.
    mutating func count(from a: ObjectKey, to b: ObjectKey, like sample: Sample) -> Double? {
        density(sample).map { distance(from: a, to: b, scale: $0.scale) / $0.step }
    }

    private mutating func density(_ sample: Sample) -> Density? {
        let shared = Self.sharedCount(sample.first, sample.last) - prefix.bytes.count
        guard shared >= 0, sample.count > 1 else { return nil }
        let scale = min(shared + Self.digits, Self.depth - 1)
        let step = distance(from: sample.first, to: sample.last, scale: scale) / Double(sample.count - 1)
        return step > 0 && step.isFinite ? Density(scale: scale, step: step) : nil
    }

    private mutating func distance(from a: ObjectKey, to b: ObjectKey, scale: Int) -> Double {
        let start = prefix.bytes.count
        let shared = max(Self.sharedCount(a, b) - start, 0)
        guard shared <= scale else { return 0 }
        var (sum, weight) = (0.0, 1.0)
        for place in stride(from: scale, through: shared, by: -1) {
            let alphabet = alphabet(place)
            sum += Double(rank(b, place, alphabet) - rank(a, place, alphabet)) * weight
            weight *= Double(max(alphabet.bytes.count, 1))
        }
        return sum
    }

    /// The key that about `count` keys stand before, from `key` on; nil when none is known that far.
    mutating func key(_ count: Double, after key: ObjectKey, like sample: Sample) -> ObjectKey? {
        guard let density = density(sample) else { return nil }
        let units = (count * density.step).rounded()
        guard units >= 1, units < 1e18 else { return nil }
        var carry = Int(units)
        // From the last digit to the first that changes.
        var digits = [UInt8?]()
        var place = density.scale
        while carry > 0, place >= 0 {
            let alphabet = alphabet(place)
            let radix = max(alphabet.bytes.count, 1)
            let sum = rank(key, place, alphabet) + carry % radix
            digits.append(alphabet.bytes.isEmpty ? nil : alphabet.bytes[sum % radix])
            carry = carry / radix + sum / radix
            place -= 1
        }
        guard carry == 0 else { return nil }
        // What stands before them stays as it is.
        var bytes = key.bytes.prefix(min(prefix.bytes.count + place + 1, key.bytes.count)).array
        for digit in digits.reversed() {
            guard let digit else { break }
            bytes.append(digit)
        }
        let made = ObjectKey(SharedBytes(Self.wellFormed(bytes)))
        return made.hasPrefix(prefix) && order.compare(key, made) < 0 ? made : nil
    }

    private func rank(_ key: ObjectKey, _ place: Int, _ alphabet: Alphabet) -> Int {
        let index = prefix.bytes.count + place
        return index < key.bytes.count ? Int(alphabet.ranks[Int(key.bytes[index])]) : 0
    }

    private mutating func alphabet(_ place: Int) -> Alphabet {
        if let known = alphabets[place] { return known }
        let set = plausible(place)
        var alphabet = Alphabet(bytes: [], ranks: [UInt8](repeating: 0, count: 256))
        func add(_ byte: UInt8) {
            alphabet.ranks[Int(byte)] = UInt8(min(alphabet.bytes.count, 255))
            if set.contains(byte) { alphabet.bytes.append(byte) }
        }
        let slash = UInt8(ascii: "/")
        if order.rank(slash) < 0 { add(slash) }
        for byte in UInt8.min...UInt8.max where order.rank(byte) >= 0 { add(byte) }
        alphabets[place] = alphabet
        return alphabet
    }

    /// What may stand at a place: what was seen; where it has not come around yet, also what its neighbours are made of.
    private func plausible(_ place: Int) -> ByteSet {
        let own = seen[place]
        guard !hasWrapped[place], own.intersects(Self.letters) else { return own }
        var next = place + 1
        while next < Self.depth, seen[next] != ByteSet(), seen[next].isSubset(of: Self.letters) {
            if hasWrapped[next] {
                if own.isSubset(of: seen[next]) { return seen[next] }
                break
            }
            next += 1
        }
        return Self.classes.reduce(own) { own.intersects($1) ? $0.union($1) : $0 }
    }

    private static func sharedCount(_ a: ObjectKey, _ b: ObjectKey) -> Int {
        a.bytes.withUnsafeBytes { a in b.bytes.withUnsafeBytes { b in SharedBytes.sharedCount(a, b) } }
    }

    /// The longest beginning of `bytes` that is UTF-8, as what a store is asked for must be.
    private static func wellFormed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        return bytes
    }
}
