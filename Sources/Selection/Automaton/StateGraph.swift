// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The nondeterministic automaton of some patterns, over the bytes of UTF-8.
///
/// A node takes one byte, or takes none and stands for two others, for a condition, or for the match of a pattern.
/// Equal endings of one pattern share their nodes.
struct StateGraph {
    enum Node: Hashable {
        case bytes(ClosedRange<UInt8>, next: Int32)
        case fork(Int32, Int32)
        case assertion(Pattern.Assertion, next: Int32)
        /// The pattern of that number matches, whatever follows.
        case match(Int32)
    }

    private(set) var nodes: [Node] = []
    /// The pattern that each node belongs to.
    private(set) var owners: [Int32] = []
    /// The first node of each pattern.
    private(set) var starts: [Int32] = []
    /// Whether any condition looks at more than the ends of the text.
    private(set) var looksAtBytes = false
    private var known: [Node: Int32] = [:]
    private var knownLoops: [Loop: Int32] = [:]

    private struct Loop: Hashable {
        var inner: Pattern
        var next: Int32
    }

    /// Adds a pattern; its number is the count of those before it.
    mutating func add(_ pattern: Pattern) {
        let end = node(.match(Int32(starts.count)))
        starts.append(compile(pattern, next: end))
    }

    /// The index of `node`, which is added if there is none like it.
    private mutating func node(_ node: Node) -> Int32 {
        if let index = known[node] { return index }
        let index = append(node)
        known[node] = index
        return index
    }

    private mutating func append(_ node: Node) -> Int32 {
        nodes.append(node)
        owners.append(Int32(starts.count))
        return Int32(nodes.count - 1)
    }

    /// The first node of `pattern`, which goes on to `next`.
    private mutating func compile(_ pattern: Pattern, next: Int32) -> Int32 {
        switch pattern {
        case .scalar(let set):
            return compile(set, next: next)
        case .sequence(let parts):
            return parts.reversed().reduce(next) { compile($1, next: $0) }
        case .choice(let branches):
            var first: Int32?
            for branch in branches.reversed() {
                let start = compile(branch, next: next)
                first = first.map { node(.fork(start, $0)) } ?? start
            }
            return first ?? next
        case .assertion(let assertion):
            if assertion.looksAtBytes { looksAtBytes = true }
            return node(.assertion(assertion, next: next))
        case .repetition(let inner, let min, let max):
            var next = next
            if let max {
                // Each optional copy may leave to the end.
                let end = next
                for _ in min..<max { next = node(.fork(compile(inner, next: next), end)) }
            } else {
                next = compileLoop(inner, next: next)
            }
            for _ in 0..<min { next = compile(inner, next: next) }
            return next
        }
    }

    private mutating func compileLoop(_ inner: Pattern, next: Int32) -> Int32 {
        let key = Loop(inner: inner, next: next)
        if let loop = knownLoops[key] { return loop }
        let loop = append(.fork(next, next))
        knownLoops[key] = loop
        var body: Int32
        if case .scalar(let set) = inner, set.holdsAllBeyondASCII {
            // A run of such scalars is a run of bytes: what follows begins with a byte that begins a scalar.
            body = node(.bytes(0x80...0xff, next: loop))
            for range in set.ranges where range.lowerBound < 0x80 {
                let bytes = UInt8(range.lowerBound)...UInt8(min(range.upperBound, 0x7f))
                body = node(.fork(node(.bytes(bytes, next: loop)), body))
            }
        } else {
            body = compile(inner, next: loop)
        }
        nodes[Int(loop)] = .fork(body, next)
        return loop
    }

    private mutating func compile(_ set: ScalarSet, next: Int32) -> Int32 {
        var first: Int32?
        for range in set.ranges.reversed() {
            for sequence in UTF8Ranges.sequences(of: range).reversed() {
                let start = sequence.reversed().reduce(next) { node(.bytes($1, next: $0)) }
                first = first.map { node(.fork(start, $0)) } ?? start
            }
        }
        guard let first else {
            // An empty set takes nothing: a fork to itself is no way on.
            let dead = append(.fork(0, 0))
            nodes[Int(dead)] = .fork(dead, dead)
            return dead
        }
        return first
    }
}
