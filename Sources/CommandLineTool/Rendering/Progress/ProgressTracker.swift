// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine
internal import Synchronization

/// Which objects are in flight and how far each is; fed by the events of a run.
final class ProgressTracker: Sendable {
    private struct InFlight {
        var order: Int
        var done: Int64
        var size: Int64
    }

    private struct State {
        var inFlight: [ObjectKey: InFlight] = [:]
        var begun = 0
    }

    private let state = Mutex(State())

    func began(_ key: ObjectKey, size: Int64) {
        state.withLock { state in
            state.begun += 1
            state.inFlight[key.detached()] = InFlight(order: state.begun, done: 0, size: size)
        }
    }

    func moved(_ key: ObjectKey, bytes: Int64) { state.withLock { $0.inFlight[key]?.done += bytes } }

    func ended(_ outcome: ObjectOutcome) { state.withLock { $0.inFlight[outcome.key] = nil } }

    /// Those in flight, the longest under way first, with what is through of parts that are not yet whole.
    func transfers(bytesInFlight: [ObjectKey: Int64]) -> [ProgressSnapshot.Transfer] {
        state.withLock { $0.inFlight }.sorted { $0.value.order < $1.value.order }.map { key, one in
            ProgressSnapshot.Transfer(
                name: key.description, done: one.done + bytesInFlight[key, default: 0], size: one.size)
        }
    }
}
