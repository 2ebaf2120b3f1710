// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
import StorageModel
import SyncEngine

/// Reads and writes rows of the table of runs, within the transaction that is open.
struct RunTable {
    let db: Database

    private static let columns = """
        number, id, command, arguments, source, target, source_identity, target_identity, options, started, host, boot,
        namespace, pid, process_started, state, ended, exit, report, position, listing_order
        """

    /// Returns the run's number.
    func add(_ run: RunDescription, _ process: ProcessIdentity) throws -> Int64 {
        try db.run(
            """
            INSERT INTO runs (id, command, arguments, source, target, source_identity, target_identity, options,
            started, host, boot, namespace, pid, process_started, state)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')
            """,
            [
                run.id, run.command, run.arguments.map { Blob(TextListCoding.encode($0)) }, run.source, run.target,
                run.sourceIdentity, run.targetIdentity, run.optionsFingerprint, run.started.storedNanoseconds,
                process.host, process.boot, process.namespace, Int64(process.number),
                Int64(bitPattern: process.started),
            ])
        return db.lastInsertedRowID
    }

    /// Marks the runs as interrupted whose processes have ended, as `observer` sees it. `alone`: the identity of a target
    /// that the observer has locked.
    func markDead(seenBy observer: ProcessIdentity, alone: String?) throws {
        for (number, run) in try all(where: "state = 'running'", []) {
            let isAlone = run.description.targetIdentity == alone
            guard run.process.isDead(seenBy: observer, isAlone: isAlone) else { continue }
            try db.run("UPDATE runs SET state = 'interrupted', may_have_left = 1 WHERE number = ?", [number])
        }
    }

    func find(_ id: String) throws -> (number: Int64, run: RecordedRun)? {
        try all(where: "id = ?", [id]).first
    }

    /// Newest first.
    func all(
        where condition: String = "TRUE", _ arguments: StatementArguments
    ) throws -> [(number: Int64, run: RecordedRun)] {
        try db.rows(
            "SELECT \(Self.columns) FROM runs WHERE \(condition) ORDER BY number DESC", arguments, read)
    }

    private func read(_ row: inout StoredRow) throws -> (number: Int64, run: RecordedRun) {
        let number = try row.integer()
        let id = try row.text(), command = try row.text()
        let arguments = try row.optionalBytes().map(TextListCoding.decode)
        let source = try row.text(), target = try row.text()
        let sourceIdentity = try row.text(), targetIdentity = try row.text()
        let options = try row.text(), started = try row.time()
        let host = try row.text(), boot = try row.text(), namespace = try row.text()
        let pid = try row.integer(), processStarted = try row.integer()
        guard let state = RunState(rawValue: try row.text()) else { throw DamagedRecord("a run of an unknown state") }
        let ended = try row.optionalTime(), exit = try row.optionalInteger(), report = try row.optionalText()
        let position = try row.optionalBytes(), order = try row.optionalInteger()
        return (
            number,
            RecordedRun(
                description: RunDescription(
                    id: id, command: command, arguments: arguments, source: source, target: target,
                    sourceIdentity: sourceIdentity, targetIdentity: targetIdentity, optionsFingerprint: options,
                    started: started),
                process: ProcessIdentity(
                    host: host, boot: boot, namespace: namespace, number: Int32(truncatingIfNeeded: pid),
                    started: UInt64(bitPattern: processStarted)),
                state: state, ended: ended, exit: exit.map { Int32(truncatingIfNeeded: $0) }, report: report,
                position: position.map { ObjectKey(SharedBytes($0)) }, order: order.flatMap(ListingOrder.init(code:)))
        )
    }
}
