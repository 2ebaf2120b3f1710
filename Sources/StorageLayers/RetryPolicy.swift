// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How often and how soon a call is tried again.
package struct RetryPolicy: Sendable, Hashable {
    /// The most attempts, the first one included. Throttled ones do not count.
    package var attemptsMax: Int
    /// The upper bound of the first wait; it doubles with every further one.
    package var delayFirst: Duration
    /// The upper bound of any wait that the store did not ask for.
    package var delayMax: Duration
    /// How long a call may go on being throttled.
    package var throttledTimeMax: Duration

    package init(
        attemptsMax: Int = 10, delayFirst: Duration = .milliseconds(200), delayMax: Duration = .seconds(20),
        throttledTimeMax: Duration = .seconds(900)
    ) {
        precondition(attemptsMax > 0)
        self.attemptsMax = attemptsMax
        self.delayFirst = delayFirst
        self.delayMax = delayMax
        self.throttledTimeMax = throttledTimeMax
    }

    /// The upper bound of wait `number`, counted from 1.
    func bound(_ number: Int) -> Duration {
        min(delayMax, delayFirst * (1 << min(number - 1, 20)))
    }
}
