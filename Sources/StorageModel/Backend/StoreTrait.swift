// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// One thing that a store does in its own way, as an option of its remote, and what was found out about it.
public struct StoreTrait: Sendable, Hashable {
    public enum Outcome: Sendable, Hashable {
        /// A value of the option.
        case found(String)
        /// It could not be found out, for this reason.
        case unknown(String)
    }

    /// The option's name.
    public var option: String
    /// The option's value as it was before: the remote's own, or its provider's.
    public var assumed: String
    public var outcome: Outcome

    public init(option: String, assumed: String, outcome: Outcome) {
        (self.option, self.assumed, self.outcome) = (option, assumed, outcome)
    }

    /// The option's value where it is another than was assumed.
    public var news: String? {
        guard case .found(let value) = outcome, value != assumed else { return nil }
        return value
    }
}
