// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

/// The objects of one size that a measurement has written, for others to read, copy and list.
final class BenchObjects: Sendable {
    private struct State {
        var entries: [Entry] = []
        var next = 0
    }

    private let prefix: ObjectKey
    private let state = Mutex(State())

    init(prefix: ObjectKey) { self.prefix = prefix }

    /// A key that was not given before.
    func newKey() -> ObjectKey {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let digits = String(number)
        return ObjectKey(String(repeating: "0", count: max(8 - digits.utf8.count, 0)) + digits).prefixed(by: prefix)
    }

    func add(_ entry: Entry) { state.withLock { $0.entries.append(entry) } }

    var all: [Entry] { state.withLock { $0.entries } }
}
