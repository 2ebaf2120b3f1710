// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What a key held and holds.
struct History: Sendable {
    /// Relative to the run's location.
    let key: ObjectKey
    /// Versions and delete markers, the oldest first; never empty.
    let versions: [Entry]
}

/// One key with what it held at both sides.
struct HistoryPair: Sendable {
    /// For people and events.
    let key: ObjectKey
    /// Where it goes, in full.
    let targetKey: ObjectKey
    let source: [Entry]
    let target: [Entry]
}
