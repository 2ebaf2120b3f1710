// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The deterministic automaton of some patterns: one look-up a byte, however many patterns there are.
struct TransitionTable {
    /// The class of each byte; bytes of one class lead to the same states from everywhere.
    private(set) var classes: [UInt8]
    /// `targets[state + class]`. A state is the index of its row.
    private(set) var targets: [UInt32]
    /// The first pattern that matches where the text ends in a state, by row number; -1: none.
    private(set) var matches: [Int32]
    let classCount: Int

    static let start: UInt32 = 0

    /// The table of `graph`; nil when it would have more than `statesMax` states, or when following them would touch
    /// more than `nodesMax` nodes.
    init?(_ graph: StateGraph, statesMax: Int, nodesMax: Int) {
        struct State: Hashable {
            var nodes: [Int32]
            var before: StateStepper.Neighbour
        }
        var stepper = StateStepper(graph)
        (classes, classCount) = Self.classes(of: graph)
        var representatives = [UInt8](repeating: 0, count: classCount)
        for byte in UInt8.min...UInt8.max { representatives[Int(classes[Int(byte)])] = byte }
        targets = []
        matches = []

        let first = State(nodes: stepper.first(), before: .edge)
        var numbers = [first: 0], states = [first], index = 0, touched = 0
        while index < states.count {
            let state = states[index]
            matches.append(stepper.match(state.nodes, before: state.before) ?? -1)
            // Most bytes lead the same way.
            var seen = [State: Int]()
            for byte in representatives {
                let neighbour = graph.looksAtBytes ? StateStepper.Neighbour(byte) : .other
                let reached = stepper.reached(state.nodes, before: state.before, byte: byte)
                let way = State(nodes: reached, before: neighbour)
                if let number = seen[way] {
                    targets.append(UInt32(number * classCount))
                    continue
                }
                let next = State(nodes: stepper.live(reached, before: neighbour), before: neighbour)
                let number = numbers[next] ?? states.count
                if number == states.count {
                    touched += next.nodes.count * classCount
                    guard states.count < statesMax, touched <= nodesMax else { return nil }
                    numbers[next] = number
                    states.append(next)
                }
                seen[way] = number
                targets.append(UInt32(number * classCount))
            }
            index += 1
        }
    }

    /// Numbers the bytes between which no node and no condition tells a difference; in byte order.
    private static func classes(of graph: StateGraph) -> (classes: [UInt8], count: Int) {
        var begins = [Bool](repeating: false, count: 257)
        for case .bytes(let range, _) in graph.nodes {
            begins[Int(range.lowerBound)] = true
            begins[Int(range.upperBound) + 1] = true
        }
        if graph.looksAtBytes {
            for byte in UInt8(1)...UInt8.max
            where StateStepper.Neighbour(byte) != StateStepper.Neighbour(byte - 1) { begins[Int(byte)] = true }
        }
        var classes = [UInt8](), current: UInt8 = 0
        for byte in 0..<256 {
            if byte > 0, begins[byte] { current += 1 }
            classes.append(current)
        }
        return (classes, Int(current) + 1)
    }

    /// The first pattern that matches where the text ends in `state`; -1: none.
    @inline(__always)
    func match(_ state: UInt32) -> Int32 { matches[Int(state) / classCount] }

    /// The state behind `bytes`, from `state`.
    @inline(__always)
    func advance(_ state: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        classes.withUnsafeBufferPointer { classes in
            targets.withUnsafeBufferPointer { targets in
                var state = state
                for byte in bytes { state = targets[Int(state) + Int(classes[Int(byte)])] }
                return state
            }
        }
    }
}
