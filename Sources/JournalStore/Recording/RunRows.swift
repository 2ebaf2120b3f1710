// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
import StorageModel
import SyncEngine

/// Writes the rows of one run, within the transaction that is open.
struct RunRows {
    let db: Database
    /// The run's number.
    let run: Int64

    func apply(_ changes: [JournalChange]) throws {
        var settled: [JournalSlot] = []
        for change in changes {
            switch change {
            case .settled(let slots): settled += slots
            case .failed(let failure, let time): try add(failure, time)
            case .began(let upload, let token):
                try db.run("UPDATE uploads SET token = ? WHERE number = ?", [token, upload])
            case .wrote(let part, let upload): try add(part, to: upload)
            case .ended(let upload): try remove(upload: upload)
            case .left(let entry, let key):
                try db.run(
                    "UPDATE undo SET after = ? WHERE number = (SELECT max(number) FROM undo WHERE run = ? AND key = ?)",
                    [entry.map { Blob(EntryCoding.encode($0)) }, run, Blob(key)])
            }
        }
        if !settled.isEmpty { try settle(settled) }
    }

    /// Returns the batch's number.
    func add(_ actions: [PlannedAction]) throws -> Int64 {
        try db.run(
            "INSERT INTO batches (run, actions) VALUES (?, ?)", [run, Blob(BatchCoding.encode(actions))])
        let number = db.lastInsertedRowID
        try db.run(
            "INSERT INTO progress (batch, open, done) VALUES (?, ?, ?)",
            [number, actions.count, Blob(DoneBits(count: actions.count).bytes)])
        return number
    }

    func move(to position: ObjectKey?, in order: ListingOrder?) throws {
        try db.run(
            "UPDATE runs SET position = ?, listing_order = ? WHERE number = ?",
            [position.map { Blob($0) }, order?.code, run])
    }

    private func settle(_ slots: [JournalSlot]) throws {
        var rest = slots.sorted { $0.batch < $1.batch }[...]
        while let batch = rest.first?.batch {
            let indices = rest.prefix { $0.batch == batch }
            rest = rest.dropFirst(indices.count)
            let found = try db.rows("SELECT open, done FROM progress WHERE batch = ?", [batch]) { row in
                (open: try row.integer(), done: DoneBits(try row.bytes()))
            }
            guard var (open, done) = found.first else { continue }
            for slot in indices where done.insert(slot.index) { open -= 1 }
            if open > 0 {
                try db.run(
                    "UPDATE progress SET open = ?, done = ? WHERE batch = ?", [open, Blob(done.bytes), batch])
            } else {
                try db.run("DELETE FROM progress WHERE batch = ?", [batch])
                try db.run("DELETE FROM batches WHERE number = ?", [batch])
            }
        }
    }

    private func add(_ failure: FailedAction, _ time: Timestamp) throws {
        let error = failure.error
        try db.run(
            """
            INSERT INTO failures (run, key, operation, kind, location, place, message, advice, status, code, request,
            disposition, attempts, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                run, Blob(failure.key), error.operation.rawValue, error.kind.rawValue, error.location,
                error.key.map { Blob($0) }, error.message, error.advice, error.service?.status, error.service?.code,
                error.service?.requestID, error.disposition.code, failure.attempts, time.storedNanoseconds,
            ])
    }

    /// Returns the upload's number.
    func add(_ upload: JournaledUpload, begun: Timestamp) throws -> Int64 {
        try db.run(
            """
            INSERT INTO uploads (source_identity, target_identity, run, owner, key, token, begun, part_size, source, terms)
            SELECT source_identity, target_identity, number, number, ?, ?, ?, ?, ?, ? FROM runs WHERE number = ?
            """,
            [
                Blob(upload.key), upload.token, begun.storedNanoseconds, upload.partSize,
                Blob(EntryCoding.encode(upload.source)), Blob(upload.terms), run,
            ])
        return db.lastInsertedRowID
    }

    private func add(_ part: JournaledPart, to upload: Int64) throws {
        try db.run(
            """
            INSERT OR REPLACE INTO parts (upload, number, part)
            SELECT number, ?, ? FROM uploads WHERE number = ?
            """,
            [part.receipt.number, Blob(PartCoding.encode(part)), upload])
    }

    private func remove(upload: Int64) throws {
        try db.run("DELETE FROM parts WHERE upload = ?", [upload])
        try db.run("DELETE FROM uploads WHERE number = ?", [upload])
    }

    func add(_ records: [UndoRecord]) throws {
        for record in records {
            try db.run(
                "INSERT INTO undo (run, change, key, before, kept, after) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    run, Int64(record.change.rawValue), Blob(record.key),
                    record.before.map { Blob(EntryCoding.encode($0)) }, record.kept.map { Blob($0) },
                    record.after.map { Blob(EntryCoding.encode($0)) },
                ])
        }
    }
}

extension StorageError.Disposition {
    /// What the journal calls it: 0 for permanent, 1 for transient, 1 more than the attempts for exhausted.
    var code: Int64 {
        switch self {
        case .permanent: 0
        case .transient: 1
        case .exhausted(let attempts): Int64(max(attempts, 1)) &+ 1
        }
    }

    init(code: Int64) {
        switch code {
        case 1: self = .transient(retryAfter: nil)
        case 2...: self = .exhausted(attempts: Int(code - 1))
        default: self = .permanent
        }
    }
}

extension ListingOrder {
    /// What the journal calls the order.
    var code: Int64 {
        switch self {
        case .keyBytes: 0
        case .pathComponents: 1
        case .unordered: 2
        }
    }

    init?(code: Int64) {
        switch code {
        case 0: self = .keyBytes
        case 1: self = .pathComponents
        case 2: self = .unordered
        default: return nil
        }
    }
}
