// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendLocal
internal import StorageLayers
internal import StorageModel

/// Around the source of a move to a directory: what was written there reaches the disk before a source object goes.
struct FlushBeforeDeleting: Interceptor {
    let target: LocalBackend

    func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        if call.step == .delete { try await target.flush() }
        return try await next()
    }
}
