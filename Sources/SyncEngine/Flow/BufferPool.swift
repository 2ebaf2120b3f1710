// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Part buffers that were used and can be used again: fresh memory costs the kernel a page fault every 4 KiB.
final class BufferPool: Sendable {
    private let idle = Mutex<[PartBuffer]>([])
    private let idleMax: Int64

    /// A pool that keeps at most `idleMax` bytes that nobody uses.
    init(idleMax: Int64) { self.idleMax = idleMax }

    /// An empty buffer of exactly `capacity` bytes.
    func take(_ capacity: Int) -> PartBuffer {
        let known: PartBuffer? = idle.withLock { idle in
            if let index = idle.lastIndex(where: { $0.capacity == capacity }) { return idle.remove(at: index) }
            // Another size is wanted now: what nobody asks for any more makes room for it.
            if !idle.isEmpty { idle.removeFirst() }
            return nil
        }
        guard let known else { return PartBuffer(capacity: capacity) }
        known.reset()
        return known
    }

    /// Takes back a buffer that nobody reads any more.
    func give(_ buffer: PartBuffer) {
        idle.withLock { idle in
            let held = idle.reduce(Int64(0)) { $0 + Int64($1.capacity) }
            if held + Int64(buffer.capacity) <= idleMax { idle.append(buffer) }
        }
    }
}
