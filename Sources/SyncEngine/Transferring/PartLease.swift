// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// A part's buffer with the memory and the slot that it counts against.
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

    /// Waits for a slot and memory for `size` bytes. Slots come first everywhere, so that no two wait for each other.
    static func acquire(_ size: Int64, _ context: RunContext) async throws(StorageError) -> PartLease {
        try await context.partSlots.acquire(1)
        do throws(StorageError) {
            try await context.largeMemory.acquire(size)
        } catch {
            context.partSlots.release(1)
            throw error
        }
        return PartLease(context, size: size)
    }

    /// The same where both are free at once; nil otherwise.
    static func acquireNow(_ size: Int64, _ context: RunContext) -> PartLease? {
        guard context.partSlots.acquireNow(1) else { return nil }
        guard context.largeMemory.acquireNow(size) else {
            context.partSlots.release(1)
            return nil
        }
        return PartLease(context, size: size)
    }

    /// Ends the lease: nobody reads the buffer any more.
    func giveBack() {
        guard isHeld.exchange(false, ordering: .acquiringAndReleasing) else { return }
        context.pool.give(buffer)
        context.largeMemory.release(size)
        context.partSlots.release(1)
    }
}
