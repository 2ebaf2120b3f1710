// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Objects in an archive, as S3 has them: what they are is known, their content comes back some time after it was asked for.
extension MemoryBackend {
    package func restore(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState? {
        try checkCancelled(.restore, entry.key)
        return try withContainer(.restore) { container throws(StorageError) in
            guard var object = container[entry.key] else {
                throw error(.notFound, .restore, entry.key, "no such object")
            }
            if case .archived = object.archive {
                object.archive = options.restoreLooks > 0 ? .restoring(looks: options.restoreLooks) : .restored
            }
            container.amend(object, at: entry.key)
            return object.archiveState
        }
    }

    /// A restore gets on by being looked at, so that tests need no clock.
    func advanceRestore(of key: ObjectKey) throws(StorageError) {
        try withContainer(.stat) { container in
            guard var object = container[key], case .restoring(let looks) = object.archive else { return }
            object.archive = looks > 1 ? .restoring(looks: looks - 1) : .restored
            container.amend(object, at: key)
        }
    }

    func checkReadable(
        _ object: MemoryObject, _ operation: StorageError.Operation, _ key: ObjectKey
    ) throws(StorageError) {
        guard object.archiveState == .archived || object.archiveState == .restoring else { return }
        throw error(.archived, operation, key, "the object is archived")
    }
}
