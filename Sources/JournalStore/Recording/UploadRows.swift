// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
import StorageModel
import SyncEngine

/// Reads the uploads that runs between one source and one target left.
struct UploadRows {
    let db: Database

    private static let columns = "number, key, token, begun, part_size, source, terms"
    private static let nobodyIsAtIt =
        "NOT EXISTS (SELECT 1 FROM runs WHERE runs.number = owner AND state = 'running')"

    /// The key of every upload that the store has given a name and that no run is at, by the upload's number.
    func named(between source: String, and target: String) throws -> [(number: Int64, key: ObjectKey)] {
        try db.rows(
            """
            SELECT number, key FROM uploads WHERE source_identity = ? AND target_identity = ? AND token IS NOT NULL
            AND \(Self.nobodyIsAtIt) ORDER BY number
            """, [source, target]
        ) { row in (number: try row.integer(), key: try row.key()) }
    }

    /// The names of all that no run is at.
    func abandoned() throws -> [String] {
        try db.rows("SELECT token FROM uploads WHERE token IS NOT NULL AND \(Self.nobodyIsAtIt)", []) { row in
            try row.text()
        }
    }

    /// The names of all that a run is at.
    func underWay() throws -> [String] {
        try db.rows("SELECT token FROM uploads WHERE token IS NOT NULL AND NOT (\(Self.nobodyIsAtIt))", []) { row in
            try row.text()
        }
    }

    /// Gives an upload to a run; nil when it is gone, or another run is at it.
    func take(_ number: Int64, for run: Int64) throws -> JournaledUpload? {
        try db.run(
            "UPDATE uploads SET owner = ?1 WHERE number = ?2 AND (owner = ?1 OR \(Self.nobodyIsAtIt))", [run, number])
        return db.changesCount > 0 ? try upload(number) : nil
    }

    /// With all its parts.
    func upload(_ number: Int64) throws -> JournaledUpload? {
        let found = try db.rows("SELECT \(Self.columns) FROM uploads WHERE number = ?", [number], read).first
        return try found.map(withParts)
    }

    /// Between all places, with all parts.
    func all() throws -> [JournaledUpload] {
        try db.rows("SELECT \(Self.columns) FROM uploads ORDER BY number", [], read).map(withParts)
    }

    /// What runs left that have ended, with all parts, and what `run` itself has not ended.
    func left(between source: String, and target: String, for run: Int64) throws -> [JournaledUpload] {
        let found = try db.rows(
            """
            SELECT \(Self.columns) FROM uploads WHERE source_identity = ? AND target_identity = ? AND owner <> ?
            AND \(Self.nobodyIsAtIt) ORDER BY number
            """, [source, target, run], read)
        let own = try db.rows("SELECT \(Self.columns) FROM uploads WHERE owner = ? ORDER BY number", [run]) { row in
            var upload = try read(&row)
            upload.isOwn = true
            return upload
        }
        return try (found + own).map(withParts)
    }

    private func read(_ row: inout StoredRow) throws -> JournaledUpload {
        let number = try row.integer(), key = try row.key(), token = try row.optionalText(), begun = try row.time()
        let partSize = try row.integer()
        guard partSize > 0 else { throw DamagedRecord("an upload without a size of its parts") }
        return JournaledUpload(
            number: number, key: key, token: token, begun: begun, partSize: partSize,
            source: try EntryCoding.decode(try row.bytes()), terms: try row.bytes())
    }

    private func withParts(_ upload: JournaledUpload) throws -> JournaledUpload {
        var upload = upload
        upload.parts = try db.rows(
            "SELECT number, part FROM parts WHERE upload = ? ORDER BY number", [upload.number]
        ) { row in
            let number = try row.integer()
            return try PartCoding.decode(try row.bytes(), number: number)
        }
        return upload
    }
}
