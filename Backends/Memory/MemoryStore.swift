// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
internal import Synchronization

/// Containers by name, shared by the ``MemoryBackend``s that are opened on them.
package final class MemoryStore: Sendable {
    /// Tells the stores of one process apart.
    let number: Int
    private let containers: Mutex<[String: MemoryContainer]>
    private static let count = Atomic<Int>(0)

    /// A store with empty containers of these names.
    package init(containers names: [String] = []) {
        number = Self.count.add(1, ordering: .relaxed).newValue
        containers = Mutex(Dictionary(names.map { ($0, MemoryContainer()) }) { first, _ in first })
    }

    /// Runs `body` on the container, alone; `containerNotFound` when there is none.
    func withContainer<R: Sendable>(
        _ name: String, during operation: StorageError.Operation,
        _ body: (inout MemoryContainer) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        let result: Result<R, StorageError> = containers.withLock { containers in
            guard containers[name] != nil else {
                return .failure(
                    StorageError(.containerNotFound, during: operation, at: name, message: "no such container"))
            }
            do throws(StorageError) {
                return .success(try body(&containers[name, default: MemoryContainer()]))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The names of the containers, sorted by bytes.
    package var names: [String] {
        containers.withLock { $0.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    }

    func contains(_ name: String) -> Bool { containers.withLock { $0[name] != nil } }

    func create(_ name: String) {
        containers.withLock { containers in
            if containers[name] == nil { containers[name] = MemoryContainer() }
        }
    }

    /// Removes the container if it holds no object; false when it does.
    func remove(_ name: String) throws(StorageError) -> Bool {
        let outcome: Bool? = containers.withLock { containers in
            guard let container = containers[name] else { return nil }
            guard container.isEmpty else { return false }
            containers[name] = nil
            return true
        }
        guard let outcome else {
            throw StorageError(.containerNotFound, during: .deleteContainer, at: name, message: "no such container")
        }
        return outcome
    }
}
