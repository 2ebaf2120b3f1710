// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Walks a ``StateGraph``: which nodes are live at a position, and where a byte leads.
///
/// A match may begin anywhere, so the nodes that can begin one are live at every position.
struct StateStepper {
    /// What stands beside a position.
    enum Neighbour: UInt8 {
        case edge, newline, word, other

        init(_ byte: UInt8) {
            switch byte {
            case 10: self = .newline
            case 48...57, 65...90, 95, 97...122: self = .word
            default: self = .other
            }
        }
    }

    let graph: StateGraph
    private var stamps: [Int32]
    private var stamp: Int32 = 0

    init(_ graph: StateGraph) {
        self.graph = graph
        stamps = Array(repeating: 0, count: graph.nodes.count)
    }

    /// The nodes at the beginning of the text.
    mutating func first() -> [Int32] { live([], before: .edge) }

    /// What `byte` leads to from the nodes `live` at a position behind `before`.
    mutating func step(_ nodes: [Int32], before: Neighbour, byte: UInt8) -> [Int32] {
        live(reached(nodes, before: before, byte: byte), before: Neighbour(byte))
    }

    /// Where `byte` leads directly.
    mutating func reached(_ nodes: [Int32], before: Neighbour, byte: UInt8) -> [Int32] {
        var targets = [Int32]()
        for node in resolved(nodes, before: before, after: Neighbour(byte)) {
            switch graph.nodes[Int(node)] {
            case .bytes(let range, let next) where range.contains(byte): targets.append(next)
            case .match: targets.append(node)
            default: break
            }
        }
        return targets
    }

    /// The first pattern that matches if the text ends here.
    mutating func match(_ nodes: [Int32], before: Neighbour) -> Int32? {
        var first: Int32?
        for node in resolved(nodes, before: before, after: .edge) {
            if case .match(let pattern) = graph.nodes[Int(node)] { first = min(first ?? pattern, pattern) }
        }
        return first
    }

    /// `targets` and the beginnings of all patterns, without forks and without conditions that are decided already;
    /// sorted. Once a pattern matches, only those before it can change the answer.
    mutating func live(_ targets: [Int32], before: Neighbour) -> [Int32] {
        var result = [Int32]()
        expand(targets + graph.starts, before: before, after: nil, into: &result)
        result.sort()
        var first: Int32?
        for node in result {
            if case .match(let pattern) = graph.nodes[Int(node)] { first = min(first ?? pattern, pattern) }
        }
        guard let first else { return result }
        return result.filter { graph.owners[Int($0)] < first || graph.nodes[Int($0)] == .match(first) }
    }

    /// `nodes` with the conditions decided that look ahead; itself when there are none.
    mutating func resolved(_ nodes: [Int32], before: Neighbour, after: Neighbour) -> [Int32] {
        let isPlain = nodes.allSatisfy {
            if case .assertion = graph.nodes[Int($0)] { false } else { true }
        }
        if isPlain { return nodes }
        var result = [Int32]()
        expand(nodes, before: before, after: after, into: &result)
        return result
    }

    private mutating func expand(
        _ roots: [Int32], before: Neighbour, after: Neighbour?, into result: inout [Int32]
    ) {
        stamp += 1
        var pending = Array(roots.reversed())
        while let node = pending.popLast() {
            guard stamps[Int(node)] != stamp else { continue }
            stamps[Int(node)] = stamp
            switch graph.nodes[Int(node)] {
            case .fork(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assertion(let assertion, let next):
                if assertion.looksAhead, after == nil {
                    result.append(node)
                } else if assertion.holds(before: before, after: after ?? .other) {
                    pending.append(next)
                }
            case .bytes, .match:
                result.append(node)
            }
        }
    }
}

extension Pattern.Assertion {
    /// Whether the condition holds between two neighbours.
    fileprivate func holds(before: StateStepper.Neighbour, after: StateStepper.Neighbour) -> Bool {
        switch self {
        case .textStart: before == .edge
        case .textEnd: after == .edge
        case .lineStart: before == .edge || before == .newline
        case .lineEnd: after == .edge || after == .newline
        case .wordBoundary: (before == .word) != (after == .word)
        case .notWordBoundary: (before == .word) == (after == .word)
        }
    }
}
