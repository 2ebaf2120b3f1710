// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Compiled rules: the first that matches decides, and what none matches is included.
struct RuleAutomaton {
    /// Consecutive runs that share an automaton.
    private struct Group {
        /// The number of the first run.
        var first: Int
        var matcher: Matcher
    }

    /// Consecutive rules with the same answer; which of them matches makes no difference.
    private struct Run {
        var includes: Bool
        var patterns: [Pattern]
    }

    fileprivate enum Matcher {
        case table(TransitionTable)
        /// For a pattern whose table would be too large.
        case graph(StateGraph)
    }

    private let groups: [Group]
    /// The answer of each run.
    private let includes: [Bool]
    /// The only table, where there is one: the usual case.
    private let single: TransitionTable?
    /// Tables that touch more nodes than this are not worth the time to make them.
    private static let nodesMax = 3_000_000

    /// Whether no rule can exclude anything.
    var isTrivial: Bool { groups.isEmpty }

    init(_ rules: [(includes: Bool, pattern: Pattern)], statesMax: Int = 2000) {
        // Including rules at the end change nothing.
        let count = (rules.lastIndex { !$0.includes } ?? -1) + 1
        var runs = [Run]()
        for rule in rules.prefix(count) {
            if runs.last?.includes == rule.includes {
                runs[runs.count - 1].patterns.append(rule.pattern)
            } else {
                runs.append(Run(includes: rule.includes, patterns: [rule.pattern]))
            }
        }
        includes = runs.map(\.includes)
        var groups = [Group]()
        Self.compile(runs.map { .merged($0.patterns) }[...], statesMax, into: &groups)
        self.groups = groups
        if groups.count == 1, case .table(let table) = groups[0].matcher { single = table } else { single = nil }
    }

    /// Compiles all patterns into one table, or, where that would be too large, into tables of each half.
    private static func compile(_ patterns: ArraySlice<Pattern>, _ statesMax: Int, into groups: inout [Group]) {
        guard !patterns.isEmpty else { return }
        var graph = StateGraph()
        for pattern in patterns { graph.add(pattern) }
        if let table = TransitionTable(graph, statesMax: statesMax, nodesMax: nodesMax) {
            groups.append(Group(first: patterns.startIndex, matcher: .table(table)))
        } else if patterns.count == 1 {
            groups.append(Group(first: patterns.startIndex, matcher: .graph(graph)))
        } else {
            let middle = (patterns.startIndex + patterns.endIndex) / 2
            compile(patterns[..<middle], statesMax, into: &groups)
            compile(patterns[middle...], statesMax, into: &groups)
        }
    }

    /// Whether the rules include `path`.
    func includes(_ path: UnsafeRawBufferPointer) -> Bool {
        if let single {
            let run = single.match(single.advance(TransitionTable.start, over: path))
            return run < 0 || includes[Int(run)]
        }
        for group in groups {
            if let run = group.matcher.match(path) { return includes[group.first + run] }
        }
        return true
    }

    /// Whether the rules include every directory on the way to `path` (that path itself if it ends in `/`).
    func includesDirectories(of path: UnsafeRawBufferPointer) -> Bool { firstExcludedDirectory(of: path) == nil }

    /// The bytes of the first directory on the way to `path`, its `/` included, that the rules exclude; nil: none.
    func firstExcludedDirectory(of path: UnsafeRawBufferPointer) -> Int? {
        let slash = UInt8(ascii: "/")
        guard let single else {
            let end = path.indices.first {
                path[$0] == slash && !includes(UnsafeRawBufferPointer(rebasing: path[...$0]))
            }
            return end.map { $0 + 1 }
        }
        var state = TransitionTable.start
        var start = 0
        for index in path.indices where path[index] == slash {
            state = single.advance(state, over: UnsafeRawBufferPointer(rebasing: path[start...index]))
            start = index + 1
            let run = single.match(state)
            if run >= 0, !includes[Int(run)] { return index + 1 }
        }
        return nil
    }
}

extension RuleAutomaton.Matcher {
    /// The first pattern of the group that matches.
    fileprivate func match(_ path: UnsafeRawBufferPointer) -> Int? {
        switch self {
        case .table(let table):
            let run = table.match(table.advance(TransitionTable.start, over: path))
            return run < 0 ? nil : Int(run)
        case .graph(let graph):
            var stepper = StateStepper(graph)
            var nodes = stepper.first(), before = StateStepper.Neighbour.edge
            for byte in path {
                nodes = stepper.step(nodes, before: before, byte: byte)
                before = StateStepper.Neighbour(byte)
            }
            return stepper.match(nodes, before: before).map(Int.init)
        }
    }
}
