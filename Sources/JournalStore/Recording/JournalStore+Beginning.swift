// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import StorageModel

extension JournalStore {
    /// Writes down that a run begins. Earlier runs that died are marked as interrupted; of those that ended, the oldest
    /// beyond `keeping` are forgotten, unless something of them can still be undone.
    ///
    /// `lock`: the lock of the run's target, if the caller holds it. It proves that runs to this target have ended that
    /// the table shows as running.
    package func begin(
        _ run: RunDescription, holding lock: TargetLock?, process: ProcessIdentity = .current,
        keeping runsMax: Int = 200
    ) async throws(StorageError) -> RunRecorder {
        let isAlone = lock?.targetIdentity == run.targetIdentity
        let (number, named) = try await transaction { db in
            try RunTable(db: db).markDead(seenBy: process, alone: isAlone ? run.targetIdentity : nil)
            let number = try RunTable(db: db).add(run, process)
            let named = try UploadRows(db: db).named(between: run.sourceIdentity, and: run.targetIdentity)
            return (number, named)
        }
        // What cannot be forgotten now is forgotten by a later run; this one has begun.
        try? await forgetOldest(beyond: runsMax)
        return RunRecorder(run, number: number, store: self, named: named)
    }
}
