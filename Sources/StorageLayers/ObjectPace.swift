// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Every object that is written by itself at most so fast, whose parts are written one after the other: each call waits as
/// long as its bytes take. For stores on this machine, as ``BandwidthLimit``.
package struct ObjectPace<C: Clock>: Interceptor where C.Duration == Duration {
    private let rate: Int64
    private let clock: C

    /// - Parameter rate: Bytes a second.
    package init(rate: Int64, clock: C = ContinuousClock()) {
        precondition(rate > 0)
        self.rate = rate
        self.clock = clock
    }

    package func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        if call.step != .read, let count = call.buffer?.count, count > 0 {
            do {
                try await clock.sleep(
                    until: clock.now.advanced(by: .seconds(Double(count) / Double(rate))), tolerance: nil)
            } catch {
                throw StorageError(
                    .cancelled, during: call.operation, key: call.key,
                    message: "cancelled while held back to its bandwidth")
            }
        }
        return try await next()
    }
}
