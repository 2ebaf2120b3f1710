// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
internal import Synchronization

/// At most so many bytes a second, all calls together, by waiting. For stores on this machine: a network client paces
/// its transfers by itself, which is smoother.
package final class BandwidthLimit<C: Clock>: Interceptor where C.Duration == Duration {
    private let readRate: Int64?
    private let writeRate: Int64?
    private let clock: C
    /// Until when the bytes let through so far take at their rate.
    private let readsPaid: Mutex<C.Instant?>
    private let writesPaid: Mutex<C.Instant?>

    /// - Parameters:
    ///   - readRate: Bytes a second; nil: no limit.
    ///   - writeRate: Bytes a second; nil: no limit.
    package init(readRate: Int64?, writeRate: Int64?, clock: C = ContinuousClock()) {
        precondition(readRate ?? 1 > 0 && writeRate ?? 1 > 0)
        self.readRate = readRate
        self.writeRate = writeRate
        self.clock = clock
        readsPaid = Mutex(nil)
        writesPaid = Mutex(nil)
    }

    package func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        guard let buffer = call.buffer else { return try await next() }
        if call.step == .read {
            guard let readRate else { return try await next() }
            let before = buffer.count
            let result = try await next()
            try await pay(buffer.count - before, at: readRate, readsPaid, call)
            return result
        }
        if let writeRate { try await pay(buffer.count, at: writeRate, writesPaid, call) }
        return try await next()
    }

    /// Waits for the time that `count` bytes take, behind what others took before.
    private func pay(
        _ count: Int, at rate: Int64, _ paid: borrowing Mutex<C.Instant?>, _ call: Call
    ) async throws(StorageError) {
        let cost = Duration.seconds(Double(count) / Double(rate))
        let now = clock.now
        let until = paid.withLock { paid in
            let start = max(paid ?? now, now)
            let until = start.advanced(by: cost)
            paid = until
            return until
        }
        do {
            if until > now { try await clock.sleep(until: until, tolerance: nil) }
        } catch {
            throw StorageError(
                .cancelled, during: call.operation, key: call.key, message: "cancelled while held back to its bandwidth"
            )
        }
    }
}
