// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How many attempts were repeated, for the report of a run. Shared by both sides.
package final class RetryCounter: Sendable {
    private let value = Atomic<Int>(0)

    package init() {}

    package var count: Int { value.load(ordering: .relaxed) }

    func add() { value.add(1, ordering: .relaxed) }
}
