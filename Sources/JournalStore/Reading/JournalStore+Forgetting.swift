// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import StorageModel

extension JournalStore {
    /// Rows that are deleted at once; other processes can write in between.
    private static let portion = 5000

    /// Forgets these runs, except those under way. Unfinished uploads stay known, since they must be ended some day.
    /// Returns the ids of the runs that were forgotten.
    package func forget(
        _ ids: [String], seenBy process: ProcessIdentity = .current
    ) async throws(StorageError) -> [String] {
        let chosen = try await transaction { db in
            try RunTable(db: db).markDead(seenBy: process, alone: nil)
            return try ids.compactMap { id in try RunTable(db: db).find(id) }
        }
        return try await forget(chosen.filter { $0.run.state != .running })
    }

    /// Forgets the runs that began before `time`, except those under way.
    package func forget(
        startedBefore time: Timestamp, seenBy process: ProcessIdentity = .current
    ) async throws(StorageError) -> [String] {
        let chosen = try await transaction { db in
            try RunTable(db: db).markDead(seenBy: process, alone: nil)
            return try RunTable(db: db).all(
                where: "state <> 'running' AND started < ?", [time.storedNanoseconds])
        }
        return try await forget(chosen)
    }

    /// Forgets the oldest runs that have ended, beyond `runsMax` of them; not those of which something can be undone.
    func forgetOldest(beyond runsMax: Int) async throws(StorageError) {
        let chosen = try await perform(during: .read) { db in
            try RunTable(db: db).all(
                where: """
                    number IN (SELECT number FROM runs WHERE state <> 'running' ORDER BY number DESC LIMIT -1 OFFSET ?)
                    AND NOT EXISTS (SELECT 1 FROM undo WHERE run = runs.number AND undone = 0)
                    """, [runsMax])
        }
        if !chosen.isEmpty { _ = try await forget(chosen) }
    }

    private func forget(_ runs: [(number: Int64, run: RecordedRun)]) async throws(StorageError) -> [String] {
        for (number, _) in runs {
            try await deleteInPortions(
                "DELETE FROM progress WHERE batch IN (SELECT number FROM batches WHERE run = ? ORDER BY number LIMIT ?)",
                "DELETE FROM batches WHERE number IN (SELECT number FROM batches WHERE run = ? ORDER BY number LIMIT ?)",
                of: number, portion: 100)
            for table in ["failures", "undo"] {
                try await deleteInPortions(
                    "DELETE FROM \(table) WHERE number IN (SELECT number FROM \(table) WHERE run = ? ORDER BY number LIMIT ?)",
                    of: number, portion: Self.portion)
            }
            // Last: what is left when this is interrupted can be forgotten again.
            try await transaction { db in try db.run("DELETE FROM runs WHERE number = ?", [number]) }
        }
        try await shrink()
        return runs.map(\.run.description.id)
    }

    /// Runs the statements until the last of them finds fewer rows than it may delete.
    private func deleteInPortions(
        _ statements: String..., of run: Int64, portion: Int
    ) async throws(StorageError) {
        while true {
            let deleted = try await transaction { db in
                for sql in statements { try db.run(sql, [run, portion]) }
                return db.changesCount
            }
            if deleted < portion { return }
        }
    }
}
