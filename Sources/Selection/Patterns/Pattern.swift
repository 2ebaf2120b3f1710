// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A regular expression as a tree.
indirect enum Pattern: Hashable, Sendable {
    case scalar(ScalarSet)
    case sequence([Pattern])
    case choice([Pattern])
    /// At least `min`, at most `max` times (nil: without end).
    case repetition(Pattern, min: Int, max: Int?)
    case assertion(Assertion)

    static let empty = Pattern.sequence([])

    /// About how many nodes an automaton of the pattern has, at most ``weightMax`` and a bit.
    var weight: Int {
        switch self {
        case .scalar(let set): set.ranges.count
        case .sequence(let parts), .choice(let parts): parts.reduce(1) { min($0 + $1.weight, Self.weightMax + 1) }
        case .repetition(let inner, let least, let most):
            min((inner.weight + 1) * max(most ?? least + 1, 1), Self.weightMax + 1)
        case .assertion: 1
        }
    }

    /// Heavier patterns (counted repetitions of counted repetitions) are refused.
    static let weightMax = 20_000

    /// What must hold between two bytes.
    enum Assertion: Hashable, Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary

        /// Whether what follows the position decides.
        var looksAhead: Bool { self != .textStart && self != .lineStart }
        /// Whether more than the ends of the text decides.
        var looksAtBytes: Bool { self != .textStart && self != .textEnd }
    }
}

/// Why a pattern cannot be used.
struct PatternError: Error, Hashable {
    var reason: String
    init(_ reason: String) { self.reason = reason }
}
