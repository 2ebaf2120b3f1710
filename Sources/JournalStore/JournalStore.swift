// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import StorageModel

/// The journal of all runs of this user on this machine: one SQLite file, which several processes may have open.
///
/// Every method may be called from anywhere; what it does to the file happens one after the other on a thread of its own.
package final class JournalStore: Sendable {
    /// For how long another process may keep the file locked, in seconds.
    private static let patience = 10.0

    let files: JournalFiles
    let now: @Sendable () -> Timestamp
    let warn: @Sendable (String) -> Void
    let queue: DatabaseQueue

    /// Opens the journal in `directory`, made where it is missing. What cannot be a journal is moved aside for a new one,
    /// which `warn` is told. Fails where the directory cannot be written, and (``StorageError/Kind/unsupported``) where
    /// a newer godwit wrote the journal. Takes milliseconds, and blocks.
    package init(
        in directory: String, now: @escaping @Sendable () -> Timestamp, warn: @escaping @Sendable (String) -> Void
    ) throws(StorageError) {
        let files = JournalFiles(directory: directory)
        try StateDirectory.make(directory)
        let lock = try FileLock.take(at: files.openingLock, waits: true)
        defer { withExtendedLifetime(lock) {} }
        do throws(StorageError) {
            queue = try Self.open(files)
        } catch {
            guard error.kind == .corrupted else { throw error }
            let name = try files.moveAside(at: now())
            warn(
                "\(error.message); it was moved to \(name), and a new journal begun: what earlier runs left is not known"
            )
            queue = try Self.open(files)
        }
        self.files = files
        self.now = now
        self.warn = warn
    }

    private static func open(_ files: JournalFiles) throws(StorageError) -> DatabaseQueue {
        try files.makeDatabase()
        var configuration = Configuration()
        configuration.label = "godwit.journal"
        configuration.busyMode = .timeout(patience)
        configuration.foreignKeysEnabled = false
        // A transaction that cannot even be rolled back shall fail the next one, not the process.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { db in try Schema.prepare(db) }
        do {
            let queue = try DatabaseQueue(path: files.database, configuration: configuration)
            try queue.writeWithoutTransaction { db in
                try Schema.establish(db)
                if files.isSuspect { try check(db) }
            }
            files.clearSuspicion()
            return queue
        } catch Schema.Problem.newer(let version) {
            throw StorageError(
                .unsupported, during: .read, at: files.database,
                message: "the journal was written by a newer godwit (its version is \(version), this one knows "
                    + "\(Schema.version))", advice: "use that godwit, or name another directory in XDG_STATE_HOME")
        } catch Schema.Problem.foreign(let reason) {
            throw StorageError(
                .corrupted, during: .read, at: files.database, message: "\(files.database) is no journal: \(reason)")
        } catch {
            throw JournalFailure.storageError(error, at: files.database, during: .read)
        }
    }

    /// Reads the whole file, since an earlier process met damage in it, and understands what every run needs.
    private static func check(_ db: Database) throws {
        if let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), finding != "ok" {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: finding)
        }
        _ = try RunTable(db: db).all([])
        _ = try UploadRows(db: db).all()
    }

    /// Runs `body` on the journal's own thread, also when the task is cancelled.
    func perform<Value: Sendable>(
        during operation: StorageError.Operation, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        let result: Result<Value, StorageError> = await withUnsafeContinuation { continuation in
            queue.asyncWriteWithoutTransaction { [self] db in
                do {
                    continuation.resume(returning: .success(try body(db)))
                } catch {
                    let error = JournalFailure.storageError(error, at: files.database, during: operation)
                    if error.kind == .corrupted { files.suspect() }
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// As ``perform(during:_:)``, all or nothing.
    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        try await perform(during: .write) { db in try db.inOneTransaction { try body(db) } }
    }

    /// Gives the pages that nothing uses any more back to the file system, a few at a time, so that other processes need
    /// not wait long. A few stay for what comes next.
    func shrink() async throws(StorageError) {
        var before = Int.max
        while true {
            let unused = try await perform(during: .write) { db in
                let unused = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
                if unused > 512 { try db.execute(sql: "PRAGMA incremental_vacuum(1024)") }
                return unused
            }
            guard unused > 1536, unused < before else { return }
            before = unused
        }
    }
}

extension Database {
    /// Runs `body` in a transaction that no other process can make fail once it has begun.
    func inOneTransaction<Value>(_ body: () throws -> Value) throws -> Value {
        var value: Value?
        try inTransaction(.immediate) {
            value = try body()
            return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
        return value
    }

    /// As ``inOneTransaction(_:)``; what was written is on disk afterwards, not only in the file.
    func inDurableTransaction<Value>(_ body: () throws -> Value) throws -> Value {
        try execute(sql: "PRAGMA synchronous = FULL")
        defer {
            // It fails with the connection only, which the next commit tells.
            try? execute(sql: "PRAGMA synchronous = NORMAL")
        }
        return try inOneTransaction(body)
    }

    /// Runs a statement that is compiled once a connection.
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The rows of a query that is compiled once a connection.
    func rows<Value>(
        _ sql: String, _ arguments: StatementArguments, _ read: (inout StoredRow) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(try cachedStatement(sql: sql), arguments: arguments)
        var values: [Value] = []
        while let row = try cursor.next() {
            var stored = StoredRow(row)
            values.append(try read(&stored))
        }
        return values
    }
}
