// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How far a run came.
package enum RunState: String, Sendable, Hashable, CaseIterable {
    case running
    /// It did all it was asked for.
    case done
    /// It ended by itself, and something is left to do.
    case failed
    /// It was stopped, or died.
    case interrupted
}
