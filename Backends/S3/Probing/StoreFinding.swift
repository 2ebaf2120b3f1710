// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// What was found out about one thing that a store may do.
package struct StoreFinding: Sendable {
    package enum Outcome: Sendable {
        /// It is so, whatever was assumed; a value of the option.
        case found(String)
        /// It could not be found out, for this reason.
        case unknown(String)
    }

    package var option: ProviderOption
    /// What would be assumed without it.
    package var assumed: String
    package var outcome: Outcome
}
