// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A rule or a bound that cannot be used: which one, where it stands, and why.
public struct SelectionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The rule as the user wrote it, or the option for a bound.
    public var rule: String
    /// Where it stands: `--include`, or a file's name and line.
    public var place: String
    public var reason: String

    public init(rule: String, place: String, reason: String) {
        self.rule = rule
        self.place = place
        self.reason = reason
    }

    public var description: String { "\(place) \"\(rule)\": \(reason)" }
}
