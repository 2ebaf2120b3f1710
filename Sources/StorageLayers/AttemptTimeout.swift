// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Ends an attempt that takes too long with a transient `timedOut`. The attempt is cancelled and waited for, so nothing
/// of it goes on behind the next one. A timer and two tasks a call cost some 20 microseconds: for stores whose client
/// has no deadlines of its own.
package struct AttemptTimeout<C: Clock>: Interceptor where C.Duration == Duration {
    private let limit: Duration
    private let clock: C

    package init(_ limit: Duration, clock: C = ContinuousClock()) {
        self.limit = limit
        self.clock = clock
    }

    private enum Event<T: Sendable>: Sendable {
        case finished(Result<T, StorageError>)
        case expired
    }

    package func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        let outcome = await withoutActuallyEscaping(next) { next in
            await race(next)
        }
        if case .failure(let error) = outcome.result, error.kind == .cancelled, outcome.hasExpired {
            throw StorageError(
                .timedOut, during: call.operation, key: call.key, message: "no answer within \(limit)",
                disposition: .transient(retryAfter: nil))
        }
        return try outcome.result.get()
    }

    private func race<T: Sendable>(
        _ next: @escaping @Sendable () async throws(StorageError) -> T
    ) async -> (result: Result<T, StorageError>, hasExpired: Bool) {
        await withTaskGroup(of: Event<T>.self) { group in
            group.addTask {
                do throws(StorageError) {
                    return .finished(.success(try await next()))
                } catch {
                    return .finished(.failure(error))
                }
            }
            group.addTask {
                try? await clock.sleep(for: limit)
                return .expired
            }
            var hasExpired = false
            for await event in group {
                switch event {
                case .expired:
                    // A sleep that ends because the task around it is cancelled is no expiry.
                    hasExpired = !Task.isCancelled
                    group.cancelAll()
                case .finished(let result):
                    group.cancelAll()
                    return (result, hasExpired)
                }
            }
            preconditionFailure("the attempt always ends")
        }
    }
}
