// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How many bytes a second go up and down.
package struct RatePair: Sendable, Hashable {
    /// Nil: no limit.
    package var up: Int64?
    package var down: Int64?

    package static let unlimited = RatePair(up: nil, down: nil)

    package init(up: Int64?, down: Int64?) {
        self.up = up
        self.down = down
    }

    package var isUnlimited: Bool { up == nil && down == nil }
}
