// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Godwit
import StorageModel
import SyncEngine
import Synchronization
import Testing

/// A run and its undo at real stores. It runs where some are named.
@Suite struct UndoStoreTests {
    private static let stores: [String] = {
        let environment = ProcessInfo.processInfo.environment
        let known = [("SEAWEEDFS", "SeaweedFS"), ("MOTO", "AWS"), ("MINISTACK", "AWS"), ("CEPH", "Ceph")]
        return known.compactMap { variable, provider in
            environment["GODWIT_TEST_" + variable].map { endpoint in
                ":s3,provider=\(provider),endpoint=\"\(endpoint)\",region=us-east-1,access_key_id=testkey,"
                    + "secret_access_key=testsecret:"
            }
        }
    }()

    /// Remembers what is kept, and nothing else.
    private final class Kept: RunJournal {
        private let records = Mutex<[UndoRecord]>([])

        /// The latest change first, a hundred at once.
        var batches: @Sendable () async throws(StorageError) -> [UndoRecord]? {
            let rest = Mutex(ArraySlice(records.withLock { $0.reversed() }))
            return { () throws(StorageError) in
                rest.withLock { rest in
                    defer { rest = rest.dropFirst(100) }
                    return rest.isEmpty ? nil : Array(rest.prefix(100))
                }
            }
        }

        func keep(_ more: [UndoRecord]) async throws(StorageError) { records.withLock { $0 += more } }

        func left(_ entry: Entry?, at key: ObjectKey) {
            records.withLock { records in
                if let index = records.lastIndex(where: { $0.key == key }) { records[index].after = entry }
            }
        }

        func listing(in order: ListingOrder) {}
        func plan(_ actions: [PlannedAction], reached: ObjectKey?) async -> Int64 { 1 }
        func reached(_ key: ObjectKey) {}
        func settle(_ slots: [JournalSlot]) {}
        func fail(_ failure: FailedAction) {}
        func unfinishedUpload(to key: ObjectKey) async -> JournaledUpload? { nil }
        func leftUploads() async -> [JournaledUpload] { [] }
        func deadRuns() async -> Set<String> { [] }
        func intend(_ upload: JournaledUpload) async -> Int64 { 1 }
        func began(_ upload: Int64, token: String) {}
        func wrote(_ part: JournaledPart, of upload: Int64) {}
        func ended(_ upload: Int64) {}
    }

    private func place(_ session: Session, _ location: String, _ side: Session.Side) async throws -> SyncLocation {
        let open = try await session.open(location, as: side, expecting: .prefix)
        guard case .prefix(let prefix) = open.form, let backend = open.backend else {
            throw StorageError(.unexpected, during: .validate, message: "\(location) is no prefix")
        }
        return SyncLocation(backend: backend, prefix: prefix)
    }

    /// What a stat tells of each object, but when it was written.
    private func state(_ place: SyncLocation) async throws -> [Entry] {
        let listing = place.backend.list(
            ListRequest(prefix: place.prefix, order: place.backend.capabilities.listingOrders[0]))
        var entries = [Entry]()
        while let page = try await listing.next() {
            for entry in page.entries where !entry.key.hasPrefix(ObjectKey(UndoTrash.name + "/")) {
                var stat = try await place.backend.stat(entry.key, version: nil)
                stat.written = nil
                // Some stores compute none for a copy in parts.
                stat.checksums = []
                entries.append(stat)
            }
        }
        return entries
    }

    @Test(arguments: stores, ["", "pre/fix/"])
    func aSyncIsUndone(store: String, prefix: String) async throws {
        let (old, new) = (try TemporaryDirectory(), try TemporaryDirectory())
        for index in 0..<40 {
            let name = "d\(index % 7)/e+ %&\(index % 3)/\u{e9}\(index)"
            try old.write("content \(index)", to: name)
            if index % 3 != 0 { try new.write("new \(index % 4)", to: name) }
        }
        for name in ["foo-bar", "foo.d/x", ".dot", "empty"] { try old.write("", to: name) }
        for name in ["foo-bar", "foo/x", "bar"] { try new.write("n", to: name) }
        let large = String(repeating: "0123456789abcdef", count: 1 << 20)
        for (directory, text) in [(old, large), (new, large + "x")] { try directory.write(text, to: "large") }
        try old.write(large, to: "large, and gone")

        var options = SessionOptions(environment: [:])
        options.createsContainers = true
        let session = try Session(options)
        defer { session.shutdown() }
        let bucket = "undo-\(UUID().uuidString.lowercased())"
        let target = try await place(session, "\(store)\(bucket)/\(prefix)", .target)
        let from = try await place(session, old.path, .source), to = try await place(session, new.path, .source)
        var sync = SyncOptions(mode: .sync)
        let filled = await session.run(sync, from: from, to: target)
        #expect(filled.stop == nil && filled.failures.isEmpty, "\(filled.failures)")
        let before = try await state(target)

        let kept = SyncLocation(backend: target.backend, prefix: UndoTrash.prefix(run: "20261125T193015Z-0badcafe"))
        let undo = UndoOptions(place: kept)
        #expect(undo.refusal(mode: .sync, source: to, target: target) == nil)
        sync.undo = undo
        let journal = Kept()
        let run = SyncSession(source: to, target: target, options: sync, observer: nil, journal: journal)
        let report = await run.run()
        #expect(report.stop == nil && report.failures.isEmpty && report.objects.deleted == 18, "\(report)")
        #expect(try await state(target) != before)
        let again = await SyncSession(source: to, target: target, options: sync, observer: nil, journal: Kept()).run()
        #expect(again.objects.transferred == 0 && again.objects.deleted == 0, "\(again)")

        for attempt in 1...2 {
            let undone = await UndoSession(
                target: target, place: kept, observer: nil, journal: Kept(), records: journal.batches
            ).run()
            #expect(undone.stop == nil && undone.failures.isEmpty, "\(undone.failures)")
            #expect((undone.objects.serverCopied > 0) == (attempt == 1), "\(undone)")
            #expect(try await state(target) == before)
        }
    }
}
