// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine
import Synchronization

/// Keeps every event of a run.
final class Recorder: SyncObserver {
    private let events = Mutex<[SyncEvent]>([])

    func observe(_ event: SyncEvent) { events.withLock { $0.append(event) } }

    var outcomes: [ObjectOutcome] {
        events.withLock { $0.compactMap { if case .outcome(let outcome) = $0 { outcome } else { nil } } }
    }

    var notices: [String] {
        events.withLock { $0.compactMap { if case .notice(_, let text) = $0 { text } else { nil } } }
    }

    /// The outcomes by key; a key with several shows all.
    var byKey: [ObjectKey: [ObjectOutcome]] { Dictionary(grouping: outcomes, by: \.key) }

    func actions(_ key: String) -> [ObjectOutcome.Action] { byKey[ObjectKey(key), default: []].map(\.action) }

    func evidence(_ key: String) -> Evidence? { byKey[ObjectKey(key)]?.first?.evidence }
}
