// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Looks at many objects, some side by side.
enum ConcurrentLooks {
    private static let inFlightMax = 32

    /// Whether each of `keys` is there, in their order.
    static func present(_ keys: [ObjectKey], in backend: any Backend) async -> [Result<Bool, StorageError>] {
        await withTaskGroup(of: (Int, Result<Bool, StorageError>).self) { group in
            var looks = [Result<Bool, StorageError>](repeating: .success(true), count: keys.count)
            for (index, key) in keys.enumerated() {
                if index >= inFlightMax, let (done, look) = await group.next() { looks[done] = look }
                group.addTask(executorPreference: backend.preferredExecutor) {
                    do throws(StorageError) {
                        return (index, .success(try await backend.present(key) != nil))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for await (done, look) in group { looks[done] = look }
            return looks
        }
    }
}
