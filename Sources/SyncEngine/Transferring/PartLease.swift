// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// A part's buffer with the memory that it counts against.
final class PartLease: Sendable {
    let buffer: PartBuffer
    private let context: RunContext
    private let size: Int64
    private let isHeld = Atomic<Bool>(true)

    private init(_ context: RunContext, size: Int64) {
        self.context = context
        self.size = size
        buffer = context.pool.take(Int(size))
    }

    deinit { giveBack() }

    /// Waits for memory for `size` bytes.
    static func acquire(_ size: Int64, _ context: RunContext) async throws(StorageError) -> PartLease {
        try await context.largeMemory.acquire(size)
        return PartLease(context, size: size)
    }

    /// The same where it is free at once; nil otherwise.
    static func acquireNow(_ size: Int64, _ context: RunContext) -> PartLease? {
        context.largeMemory.acquireNow(size) ? PartLease(context, size: size) : nil
    }

    /// Ends the lease: nobody reads the buffer any more.
    func giveBack() {
        guard isHeld.exchange(false, ordering: .acquiringAndReleasing) else { return }
        context.pool.give(buffer)
        context.largeMemory.release(size)
    }
}
