// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// What one container keeps of what objects carry. Not every bucket of a store keeps the same, so it is asked, once for each
/// kind, when an object first has something of it.
final class ContainerAttributes: Sendable {
    private typealias Answer = Task<Result<Bool, StorageError>, Never>

    private let backend: any Backend
    private let answers = Mutex<[UInt8: Answer]>([:])
    private let known = Mutex<[UInt8: Bool]>([:])

    private let executor: any TaskExecutor

    init(_ backend: any Backend, executor: any TaskExecutor) {
        self.backend = backend
        self.executor = executor
    }

    /// Whether the container keeps `kind`, which is a single one.
    func keep(_ kind: Attributes) async throws(StorageError) -> Bool {
        guard backend.capabilities.attributes.contains(kind) else { return false }
        if let known = known.withLock({ $0[kind.rawValue] }) { return known }
        let answer = answers.withLock { answers in
            if let answer = answers[kind.rawValue] { return answer }
            // Nobody's child: one who waits may be cancelled, and the others go on waiting.
            let answer = Answer(executorPreference: executor) { [backend] in
                do throws(StorageError) {
                    return .success(try await backend.keptAttributes(of: kind).contains(kind))
                } catch {
                    return .failure(error)
                }
            }
            answers[kind.rawValue] = answer
            return answer
        }
        switch await answer.value {
        case .success(let isKept):
            known.withLock { $0[kind.rawValue] = isKept }
            return isKept
        case .failure(let error):
            // Who comes later asks anew.
            answers.withLock { $0[kind.rawValue] = nil }
            throw error
        }
    }
}
