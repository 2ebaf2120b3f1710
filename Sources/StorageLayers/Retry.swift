// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Tries a call again that may yet succeed: exponential backoff with full jitter, not before the store allows
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
///
/// A throttled attempt is no failed one: it is repeated for as long as ``RetryPolicy/throttledTimeMax``, which is also
/// the longest that a store can make a call wait. When attempts
/// or time are used up the last error is thrown as `exhausted`, so that no layer above tries again.
package struct Retry<C: Clock>: Interceptor where C.Duration == Duration {
    private let policy: RetryPolicy
    private let counter: RetryCounter
    private let clock: C
    private let random: @Sendable () -> Double

    /// - Parameter random: Gives numbers of 0 ..< 1.
    package init(
        _ policy: RetryPolicy, counter: RetryCounter, clock: C, random: @escaping @Sendable () -> Double
    ) {
        self.policy = policy
        self.counter = counter
        self.clock = clock
        self.random = random
    }

    package func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        do throws(StorageError) {
            return try await next()
        } catch {
            guard error.isTransient else { throw error }
            return try await again(call, error, next)
        }
    }

    private func again<T: Sendable>(
        _ call: Call, _ first: StorageError, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        let began = clock.now
        var error = first
        var (failed, throttled) = (0, 0)
        while case .transient(let hint) = error.disposition {
            var delay: Duration
            if error.kind == .rateLimited {
                throttled += 1
                // At least half the bound: a throttled store must see fewer requests.
                delay = policy.bound(throttled) * (0.5 + random() / 2)
            } else {
                failed += 1
                delay = policy.bound(failed) * random()
            }
            delay = max(delay, hint ?? .zero)
            let time = error.kind == .rateLimited ? began.duration(to: clock.now) : .zero
            guard failed < policy.attemptsMax, time + delay <= policy.throttledTimeMax else {
                throw error.with(.exhausted(attempts: failed + throttled))
            }
            do {
                try await clock.sleep(for: delay)
            } catch {
                throw StorageError(
                    .cancelled, during: call.operation, key: call.key, message: "cancelled while waiting to try again")
            }
            counter.add()
            do throws(StorageError) {
                return try await next()
            } catch let latest {
                error = latest
            }
        }
        throw error
    }
}

extension Retry where C == ContinuousClock {
    /// Retries by the wall and by chance.
    package init(_ policy: RetryPolicy = RetryPolicy(), counter: RetryCounter) {
        self.init(policy, counter: counter, clock: ContinuousClock()) { Double.random(in: 0..<1) }
    }
}
