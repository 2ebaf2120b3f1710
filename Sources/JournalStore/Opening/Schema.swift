// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// The tables of the journal, and how a file comes to have them.
///
/// Times are nanoseconds since 1970. Keys, entries, batches and parts are blobs (`Records/`).
enum Schema {
    /// In `PRAGMA user_version`.
    static var version: Int { steps.count }
    /// In `PRAGMA application_id`: "gdwt".
    static let applicationID = 0x6764_7774

    /// Why a file cannot serve as a journal.
    enum Problem: Error {
        /// It was written by a newer godwit: its version.
        case newer(Int)
        /// It is something else, or damaged.
        case foreign(String)
    }

    /// Each leads from the version of its index to the next.
    private static let steps = [
        """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, arguments BLOB,
            source TEXT NOT NULL, target TEXT NOT NULL, source_identity TEXT NOT NULL, target_identity TEXT NOT NULL,
            options TEXT NOT NULL, started INTEGER NOT NULL, host TEXT NOT NULL, boot TEXT NOT NULL,
            namespace TEXT NOT NULL, pid INTEGER NOT NULL, process_started INTEGER NOT NULL, state TEXT NOT NULL,
            ended INTEGER, exit INTEGER, report TEXT, position BLOB, listing_order INTEGER,
            may_have_left INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE INDEX runs_by_target ON runs (target_identity);
        CREATE TABLE batches (
            number INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, actions BLOB NOT NULL) STRICT;
        CREATE INDEX batches_by_run ON batches (run);
        CREATE TABLE progress (batch INTEGER PRIMARY KEY, open INTEGER NOT NULL, done BLOB NOT NULL) STRICT;
        CREATE TABLE uploads (
            number INTEGER PRIMARY KEY AUTOINCREMENT, source_identity TEXT NOT NULL, target_identity TEXT NOT NULL,
            run INTEGER NOT NULL, owner INTEGER NOT NULL, key BLOB NOT NULL, token TEXT, begun INTEGER NOT NULL,
            part_size INTEGER NOT NULL, source BLOB NOT NULL, terms BLOB NOT NULL) STRICT;
        CREATE TABLE parts (
            upload INTEGER NOT NULL, number INTEGER NOT NULL, part BLOB NOT NULL, PRIMARY KEY (upload, number))
            STRICT, WITHOUT ROWID;
        CREATE TABLE failures (
            number INTEGER PRIMARY KEY, run INTEGER NOT NULL, key BLOB NOT NULL, operation TEXT NOT NULL,
            kind TEXT NOT NULL, location TEXT NOT NULL, place BLOB, message TEXT NOT NULL, advice TEXT,
            status INTEGER, code TEXT, request TEXT, disposition INTEGER NOT NULL, attempts INTEGER NOT NULL,
            time INTEGER NOT NULL) STRICT;
        CREATE INDEX failures_by_run ON failures (run);
        CREATE TABLE undo (
            number INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, change INTEGER NOT NULL, key BLOB NOT NULL,
            before BLOB, kept BLOB, after BLOB, undone INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE INDEX undo_by_run ON undo (run);
        CREATE INDEX undo_by_key ON undo (run, key);
        """
    ]

    /// Settings of a connection. Nothing in the file is believed to be harmless only because it is in the file.
    static func prepare(_ db: Database) throws {
        try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
    }

    /// Makes the file a journal of this version. It must not be opened by others meanwhile.
    static func establish(_ db: Database) throws {
        let found = try number(db, "user_version")
        if found > version { throw Problem.newer(found) }
        let application = try number(db, "application_id")
        let isEmpty = try String.fetchOne(db, sql: "SELECT name FROM sqlite_schema LIMIT 1") == nil
        guard found >= 0, application == applicationID || (application == 0 && found == 0 && isEmpty) else {
            throw Problem.foreign("it is the database of another program")
        }
        // Before anything is written, or it has no effect.
        if isEmpty { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw DatabaseError(
                resultCode: .SQLITE_CANTOPEN, message: "its file system cannot hold a write-ahead log (\(mode ?? ""))")
        }
        try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304")
        if found < version { try migrate(db, from: found) }
        if try tables(db) != wantedTables() { throw Problem.foreign("its tables are not those of this version") }
    }

    static func migrate(_ db: Database, from found: Int) throws {
        try db.inTransaction(.immediate) {
            for step in steps[found...] { try db.execute(sql: step) }
            try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
            return .commit
        }
    }

    private static func wantedTables() throws -> [String] {
        try DatabaseQueue().writeWithoutTransaction { db in
            try migrate(db, from: 0)
            return try tables(db)
        }
    }

    private static func tables(_ db: Database) throws -> [String] {
        let sql = "SELECT type || name || ifnull(sql, '') FROM sqlite_schema ORDER BY 1"
        return try String.fetchAll(db, sql: sql)
    }

    private static func number(_ db: Database, _ pragma: String) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA \(pragma)") ?? 0
    }
}
