// Part of godwit. SPDX-License-Identifier: Apache-2.0

extension Pattern {
    /// A pattern that matches what any of `patterns` does, with common beginnings written once, so that its automaton
    /// does not follow each of them.
    static func merged(_ patterns: [Pattern]) -> Pattern {
        merged(patterns.map { $0.droppingOpenEnd.parts[...] })
    }

    private static func merged(_ sequences: [ArraySlice<Pattern>]) -> Pattern {
        var groups = [Pattern: [ArraySlice<Pattern>]](), heads = [Pattern](), isOptional = false
        for sequence in sequences {
            guard let head = sequence.first else {
                isOptional = true
                continue
            }
            if groups[head] == nil { heads.append(head) }
            groups[head, default: []].append(sequence.dropFirst())
        }
        var branches = [Pattern]()
        for head in heads {
            let tails = groups[head] ?? []
            if tails.count == 1 {
                branches.append(.sequence([head] + tails[0]))
            } else {
                branches.append(.sequence([head, merged(tails)]))
            }
        }
        if isOptional { branches.append(.empty) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private var parts: [Pattern] {
        if case .sequence(let parts) = self { parts } else { [self] }
    }

    /// Without an end that holds whatever follows: "any run, then the end of the text".
    private var droppingOpenEnd: Pattern {
        guard case .sequence(let parts) = self, parts.count >= 2, parts[parts.count - 1] == .assertion(.textEnd),
            parts[parts.count - 2] == .repetition(.scalar(.all), min: 0, max: nil)
        else { return self }
        return .sequence(Array(parts.dropLast(2)))
    }
}
