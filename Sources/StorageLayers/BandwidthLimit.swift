// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
internal import Synchronization

/// At most so many bytes a second, all calls together, by waiting. For stores on this machine: a network client paces
/// its transfers by itself, which is smoother.
package final class BandwidthLimit<C: Clock>: Interceptor where C.Duration == Duration {
    /// How soon those who wait see that a rate has changed.
    private static var glance: Duration { .milliseconds(100) }

    private let clock: C
    private let reads: Mutex<PacedBytes<C.Instant>>
    private let writes: Mutex<PacedBytes<C.Instant>>

    /// - Parameters:
    ///   - readRate: Bytes a second; nil: no limit.
    ///   - writeRate: Bytes a second; nil: no limit.
    package init(readRate: Int64?, writeRate: Int64?, clock: C = ContinuousClock()) {
        precondition(readRate ?? 1 > 0 && writeRate ?? 1 > 0)
        self.clock = clock
        reads = Mutex(PacedBytes(rate: readRate))
        writes = Mutex(PacedBytes(rate: writeRate))
    }

    /// Changes the rates for calls that wait and for those to come. Bytes a second; nil: no limit.
    package func setRates(read: Int64?, write: Int64?) {
        precondition(read ?? 1 > 0 && write ?? 1 > 0)
        let now = clock.now
        reads.withLock { $0.setRate(read, now: now) }
        writes.withLock { $0.setRate(write, now: now) }
    }

    package func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        guard let buffer = call.buffer else { return try await next() }
        if call.step == .read {
            let before = buffer.count
            let result = try await next()
            try await pay(buffer.count - before, reads, call)
            return result
        }
        try await pay(buffer.count, writes, call)
        return try await next()
    }

    /// Waits until `count` bytes have passed, behind those of others.
    private func pay(
        _ count: Int, _ bytes: borrowing Mutex<PacedBytes<C.Instant>>, _ call: Call
    ) async throws(StorageError) {
        let place = bytes.withLock { bytes in bytes.rate == nil ? nil : bytes.add(count, now: clock.now) }
        guard let place else { return }
        do {
            while let end = bytes.withLock({ $0.end(of: place) }) {
                let now = clock.now
                guard end > now else { return }
                try await clock.sleep(until: min(end, now.advanced(by: Self.glance)), tolerance: nil)
            }
        } catch {
            throw StorageError(
                .cancelled, during: call.operation, key: call.key, message: "cancelled while held back to its bandwidth"
            )
        }
    }
}
