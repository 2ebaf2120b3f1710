// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// One version of a key.
struct MemoryVersion: Sendable {
    var id: String
    var written: Timestamp
    /// Nil: a delete marker.
    var object: MemoryObject?
}
