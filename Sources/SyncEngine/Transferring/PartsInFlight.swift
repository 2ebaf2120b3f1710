// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// The parts that are on the network now, so that progress shows more than whole parts.
final class PartsInFlight: Sendable {
    private struct Part {
        var key: ObjectKey
        var buffer: PartBuffer
    }

    private let parts = Mutex<[ObjectIdentifier: Part]>([:])

    /// `buffer` begins to pass the network for the object `key`.
    func begin(_ buffer: PartBuffer, of key: ObjectKey) {
        buffer.bytesPassed = 0
        parts.withLock { $0[ObjectIdentifier(buffer)] = Part(key: key, buffer: buffer) }
    }

    /// It is through, or given up.
    func end(_ buffer: PartBuffer) { parts.withLock { $0[ObjectIdentifier(buffer)] = nil } }

    /// How many bytes of each object are through, of parts that are not.
    var bytes: [ObjectKey: Int64] {
        parts.withLock { parts in
            parts.values.reduce(into: [:]) { $0[$1.key, default: 0] += Int64($1.buffer.bytesPassed) }
        }
    }
}
