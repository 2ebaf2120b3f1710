// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import StorageModel
package import SyncEngine
import Synchronization

extension RunRecorder: RunJournal {
    package func plan(_ actions: [PlannedAction], reached: ObjectKey?) async -> Int64 {
        guard !actions.isEmpty else {
            if let reached { move(to: reached) }
            return 0
        }
        let time = store.now()
        do throws(StorageError) {
            let order = state.withLock { $0.order }
            let batch = try await commit(isDurable: actions.contains { $0.replaces || $0.kind == .delete }) { rows in
                // Never before the batch: what is behind the position is not looked at again.
                if let reached { try rows.move(to: reached, in: order) }
                return try rows.add(actions)
            }
            if let reached {
                state.withLock { ($0.position, $0.isMoved, $0.moved) = (reached, false, time) }
            }
            return batch
        } catch {
            giveUp(error)
            return 0
        }
    }

    package func reached(_ key: ObjectKey) { move(to: key) }

    package func settle(_ slots: [JournalSlot]) {
        if !slots.isEmpty { tell(.settled(slots)) }
    }

    package func fail(_ failure: FailedAction) { tell(.failed(failure, store.now())) }

    // MARK: - Uploads

    package func unfinishedUpload(to key: ObjectKey) async -> JournaledUpload? {
        guard let upload = state.withLock({ $0.named[key] }) else { return nil }
        do throws(StorageError) {
            // From here on it is this run's, and is not among those that nobody goes on with.
            return try await commit { rows in try UploadRows(db: rows.db).take(upload, for: rows.run) }
        } catch {
            giveUp(error)
            return nil
        }
    }

    package func leftUploads() async -> [JournaledUpload] {
        let (source, target) = (description.sourceIdentity, description.targetIdentity)
        do throws(StorageError) {
            return try await commit { rows in
                try UploadRows(db: rows.db).left(between: source, and: target, for: rows.run)
            }
        } catch {
            giveUp(error)
            return []
        }
    }

    package func deadRuns() async -> Set<String> {
        let target = description.targetIdentity
        do throws(StorageError) {
            // A run whose upload may still be taken up keeps its files; the name of a run that lives is nobody else's.
            let (dead, living) = try await commit { rows in
                let dead = try rows.db.rows(
                    """
                    SELECT number, id FROM runs WHERE target_identity = ? AND may_have_left = 1 AND state <> 'running'
                    AND NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.run = runs.number AND token IS NOT NULL)
                    """, [target]
                ) { row in (number: try row.integer(), id: try row.text()) }
                let living = try rows.db.rows(
                    "SELECT id FROM runs WHERE target_identity = ? AND state = 'running'", [target]
                ) { row in try row.text() }
                return (dead, living)
            }
            let taken = Set(living.map(RunDescription.shortName(of:)))
            let sought = dead.filter { !taken.contains(RunDescription.shortName(of: $0.id)) }
            state.withLock { $0.soughtDead = sought.map(\.number) }
            return Set(sought.map { RunDescription.shortName(of: $0.id) })
        } catch {
            giveUp(error)
            return []
        }
    }

    package func intend(_ upload: JournaledUpload) async -> Int64 {
        let begun = store.now()
        do throws(StorageError) {
            let number = try await commit { rows in try rows.add(upload, begun: begun) }
            state.withLock { $0.keys[number] = upload.key.detached() }
            return number
        } catch {
            giveUp(error)
            return 0
        }
    }

    package func began(_ upload: Int64, token: String) {
        state.withLock { state in
            if let key = state.keys[upload] { state.named[key] = upload }
        }
        tell(.began(upload: upload, token: token))
    }

    package func wrote(_ part: JournaledPart, of upload: Int64) { tell(.wrote(part, upload: upload)) }

    package func ended(_ upload: Int64) {
        state.withLock { state in
            guard let key = state.keys.removeValue(forKey: upload), state.named[key] == upload else { return }
            state.named[key] = nil
        }
        tell(.ended(upload: upload))
    }

    // MARK: - Undo

    package func keep(_ records: [UndoRecord]) async throws(StorageError) {
        guard !records.isEmpty else { return }
        do throws(StorageError) {
            try await commit(isDurable: true) { rows in try rows.add(records) }
        } catch {
            giveUp(error)
            throw error
        }
    }

    package func left(_ entry: Entry?, at key: ObjectKey) { tell(.left(entry, key: key.detached())) }
}
