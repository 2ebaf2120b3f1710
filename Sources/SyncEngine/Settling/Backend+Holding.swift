// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension Backend {
    /// Looks in flight at once.
    private static var looksInFlight: Int { 16 }

    /// Whether each of `entries`, as listings or stats told them, is still what is there, or gone; in their order. Those
    /// with a tag are left to the store where it deletes on condition of one.
    func holdForDeletion(_ entries: [Entry]) async -> [Result<Bool, StorageError>] {
        let isConditional = capabilities.conditions.contains(.deleteIfMatch)
        return await withTaskGroup(of: (Int, Result<Bool, StorageError>).self) { group in
            var results = entries.map { _ in Result<Bool, StorageError>.success(true) }
            var waiting = entries.indices.filter {
                entries[$0].fileIdentity != nil || entries[$0].tag == nil || !isConditional
            }[...]
            func begin() {
                guard let index = waiting.popFirst() else { return }
                group.addTask {
                    do throws(StorageError) {
                        let now = try await self.present(entries[index].key)
                        return (index, .success(now?.isState(entries[index]) ?? true))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<Self.looksInFlight { begin() }
            while let (index, result) = await group.next() {
                results[index] = result
                begin()
            }
            return results
        }
    }
}

extension Entry {
    /// Whether this, from a stat, is the state `was`.
    func isState(_ was: Entry) -> Bool {
        guard size == was.size, kind == was.kind else { return false }
        if let identity = was.fileIdentity { return fileIdentity == identity && modified == was.modified }
        return tag == was.tag && (was.tag != nil || modified == was.modified)
    }
}
