// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// The keys of what a probe may have written, each once.
final class ProbeTraces: Sendable {
    private let written = Mutex<Set<ObjectKey>>([])

    func add(_ key: ObjectKey) { written.withLock { _ = $0.insert(key) } }

    var keys: [ObjectKey] { written.withLock { Array($0) } }
}
