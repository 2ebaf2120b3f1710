// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import StorageModel
package import SyncEngine

extension JournalStore {
    /// Rows of one page.
    private static let pageSize = 500

    /// All runs, newest first. One whose process has ended does not show as running.
    package func runs(seenBy process: ProcessIdentity = .current) async throws(StorageError) -> [RecordedRun] {
        try await perform(during: .read) { db in
            try RunTable(db: db).all([]).map { $0.run.seen(by: process) }
        }
    }

    /// Nil when there is no run of this id.
    package func run(
        _ id: String, seenBy process: ProcessIdentity = .current
    ) async throws(StorageError) -> RecordedRun? {
        try await perform(during: .read) { db in try RunTable(db: db).find(id)?.run.seen(by: process) }
    }

    /// How much the journal holds of a run.
    package func contents(of id: String) async throws(StorageError) -> RunContents {
        try await perform(during: .read) { db in
            let sql = """
                SELECT (SELECT count(*) FROM batches WHERE run = n),
                (SELECT coalesce(sum(open), 0) FROM progress WHERE batch IN (SELECT number FROM batches WHERE run = n)),
                (SELECT count(*) FROM failures WHERE run = n), (SELECT count(*) FROM undo WHERE run = n AND undone = 0),
                (SELECT count(*) FROM uploads WHERE run = n),
                (SELECT coalesce(sum(length(actions)), 0) FROM batches WHERE run = n)
                + (SELECT coalesce(sum(length(key) + length(message)), 0) FROM failures WHERE run = n)
                + (SELECT coalesce(sum(length(key) + coalesce(length(before), 0) + coalesce(length(kept), 0)
                + coalesce(length(after), 0)), 0) FROM undo WHERE run = n)
                FROM (SELECT number AS n FROM runs WHERE id = ?)
                """
            let found = try db.rows(sql, [id]) { row in
                RunContents(
                    batches: Int(try row.integer()), pendingActions: Int(try row.integer()),
                    failures: Int(try row.integer()), undoRecords: Int(try row.integer()),
                    uploads: Int(try row.integer()), bytes: try row.integer())
            }
            return found.first ?? RunContents()
        }
    }

    /// Bytes of the journal's file and its log.
    package var size: Int64 { files.size }

    /// What failed in a run, in the order in which it did.
    package func failures(of id: String) -> JournalPages<RecordedFailure> {
        pages(
            """
            SELECT number, key, operation, kind, location, place, message, advice, status, code, request,
            disposition, attempts, time
            FROM failures WHERE run = (SELECT number FROM runs WHERE id = ?) AND number > ? ORDER BY number LIMIT ?
            """, of: id, from: 0, size: Self.pageSize
        ) { row in
            let number = try row.integer(), key = try row.key()
            guard let operation = StorageError.Operation(rawValue: try row.text()) else {
                throw DamagedRecord("a failure of an unknown operation")
            }
            var error = StorageError(
                StorageError.Kind(rawValue: try row.text()) ?? .unexpected, during: operation, at: try row.text(),
                message: "")
            error.key = try row.optionalBytes().map { ObjectKey(SharedBytes($0)) }
            error.message = try row.text()
            error.advice = try row.optionalText()
            let status = try row.optionalInteger(), code = try row.optionalText(), request = try row.optionalText()
            if let status, let code, let request {
                error.service = StorageError.ServiceReply(
                    status: Int(truncatingIfNeeded: status), code: code, requestID: request)
            }
            error.disposition = StorageError.Disposition(code: try row.integer())
            let attempts = Int(truncatingIfNeeded: try row.integer())
            let failure = FailedAction(key: key, error: error, attempts: attempts)
            return (number, [RecordedFailure(failure: failure, time: try row.time())])
        }
    }

    /// What a run planned and did not do, in the order in which it was planned; a page is a batch.
    package func pendingActions(of id: String) -> JournalPages<PlannedAction> {
        pages(
            """
            SELECT number, actions, done FROM batches JOIN progress ON batch = number
            WHERE run = (SELECT number FROM runs WHERE id = ?) AND number > ? ORDER BY number LIMIT ?
            """, of: id, from: 0, size: 1
        ) { row in
            let number = try row.integer(), actions = try BatchCoding.decode(try row.bytes())
            let done = DoneBits(try row.bytes())
            return (number, actions.indices.filter { !done.contains($0) }.map { actions[$0] })
        }
    }

    /// What a run changed, newest first, also what was put back since.
    package func undoRecords(of id: String) -> JournalPages<RecordedUndo> {
        pages(
            """
            SELECT number, change, key, before, kept, after, undone FROM undo
            WHERE run = (SELECT number FROM runs WHERE id = ?) AND number < ? ORDER BY number DESC LIMIT ?
            """, of: id, from: .max, size: Self.pageSize
        ) { row in
            let number = try row.integer()
            guard let change = UInt8(exactly: try row.integer()).flatMap(UndoRecord.Change.init(rawValue:)) else {
                throw DamagedRecord("a change of an unknown kind")
            }
            let key = try row.key(), before = try row.optionalEntry()
            let kept = try row.optionalBytes().map { ObjectKey(SharedBytes($0)) }
            let record = UndoRecord(
                change: change, key: key, before: before, kept: kept, after: try row.optionalEntry())
            return (number, [RecordedUndo(number: number, record: record, isUndone: try row.integer() != 0)])
        }
    }

    /// Writes down that these changes were put back. On disk when it returns.
    package func markUndone(_ numbers: [Int64]) async throws(StorageError) {
        try await perform(during: .write) { db in
            try db.inDurableTransaction {
                for number in numbers { try db.run("UPDATE undo SET undone = 1 WHERE number = ?", [number]) }
            }
        }
    }

    /// Writes down that all changes of a run were put back. On disk when it returns.
    package func markUndone(allOf id: String) async throws(StorageError) {
        try await perform(during: .write) { db in
            try db.inDurableTransaction {
                try db.run("UPDATE undo SET undone = 1 WHERE run = (SELECT number FROM runs WHERE id = ?)", [id])
            }
        }
    }

    /// What the store calls the uploads that runs began and that no run is at, by whatever target.
    package func abandonedUploads(seenBy process: ProcessIdentity = .current) async throws(StorageError) -> Set<String>
    {
        try await transaction { db in
            try RunTable(db: db).markDead(seenBy: process, alone: nil)
            return Set(try UploadRows(db: db).abandoned())
        }
    }

    /// The names of the uploads of runs that are under way.
    package func uploadsUnderWay() async throws(StorageError) -> Set<String> {
        try await transaction { db in Set(try UploadRows(db: db).underWay()) }
    }

    /// Forgets uploads that were given up.
    package func forgetUploads(_ tokens: Set<String>) async throws(StorageError) {
        try await transaction { db in
            for token in tokens {
                try db.run("DELETE FROM parts WHERE upload IN (SELECT number FROM uploads WHERE token = ?)", [token])
                try db.run("DELETE FROM uploads WHERE token = ?", [token])
            }
        }
    }

    private func pages<Element: Sendable>(
        _ sql: String, of id: String, from first: Int64, size: Int,
        _ read: @escaping @Sendable (inout StoredRow) throws -> (number: Int64, elements: [Element])
    ) -> JournalPages<Element> {
        JournalPages(from: first) { (last) throws(StorageError) in
            try await self.perform(during: .read) { db in
                let found = try db.rows(sql, [id, last, size], read)
                return (found.flatMap(\.elements), found.last?.number)
            }
        }
    }
}

extension RecordedRun {
    fileprivate func seen(by observer: ProcessIdentity) -> RecordedRun {
        guard state == .running, process.isDead(seenBy: observer, isAlone: false) else { return self }
        var run = self
        run.state = .interrupted
        return run
    }
}
