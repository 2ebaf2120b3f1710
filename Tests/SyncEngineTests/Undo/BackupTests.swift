// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Selection
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// What a run overwrites and deletes is put where the user wants to have it.
@Suite struct BackupTests {
    private func texts(_ backend: any Backend, under prefix: String = "") async throws -> [String: String] {
        let contents = try await backend.contents(under: prefix)
        return Dictionary(uniqueKeysWithValues: contents.map { ($0.description, String(decoding: $1, as: UTF8.self)) })
    }

    private func pair() async throws -> (MemoryBackend, MemoryBackend) {
        let source = bucket(MemoryStore(containers: ["memory", "source"]), container: "source"), target = bucket()
        try await source.fill(["a/x.txt": "new", "same": "1", "new": "1"])
        try await target.fill(["t/a/x.txt": "old", "t/same": "1", "t/gone": "2", "other": "3"])
        return (source, target)
    }

    @Test(arguments: [SyncMode.sync, .copy, .move])
    func intoADirectory(mode: SyncMode) async throws {
        let (source, target) = try await pair()
        let place = SyncLocation(backend: target, prefix: ObjectKey("backup/"))
        let run = await ran(mode, source, target, to: "t/") {
            $0.backup = BackupOptions(place: place, dropping: ObjectKey("t/"))
        }
        #expect(run.isClean, "\(run.report)")
        let kept = try await texts(target, under: "backup/")
        #expect(kept == (mode == .sync ? ["a/x.txt": "old", "gone": "2"] : ["a/x.txt": "old"]))
        #expect(try await texts(target, under: "t/")["a/x.txt"] == "new")
    }

    @Test func aDryRunBacksUpNothing() async throws {
        let (source, target) = try await pair()
        let place = SyncLocation(backend: target, prefix: ObjectKey("backup/"))
        let run = await ran(.sync, source, target, to: "t/") {
            $0.backup = BackupOptions(place: place, dropping: ObjectKey("t/"))
            $0.dryRun = true
        }
        #expect(run.isClean)
        #expect(try await texts(target, under: "backup/").isEmpty)
    }

    /// With a suffix backups lie beside the objects, and no later sync takes them for something to delete.
    @Test(arguments: [false, true])
    func besideTheObjects(keepsExtension: Bool) async throws {
        let (source, target) = try await pair()
        let backup = BackupOptions(
            place: SyncLocation(backend: target, prefix: ObjectKey("t/")), dropping: ObjectKey("t/"), suffix: "-old",
            keepsExtension: keepsExtension)
        #expect(await ran(.sync, source, target, to: "t/") { $0.backup = backup }.isClean)
        let kept = keepsExtension ? "a/x-old.txt" : "a/x.txt-old"
        let expected = ["a/x.txt": "new", kept: "old", "same": "1", "new": "1", "gone-old": "2"]
        #expect(try await texts(target, under: "t/") == expected)
        let again = await ran(.sync, source, target, to: "t/") { $0.backup = backup }
        #expect(again.isClean && again.changes == 0)
        #expect(try await texts(target, under: "t/") == expected)
    }

    /// What cannot be backed up stays as it is.
    @Test(arguments: 1..<5) func nothingIsLostWithoutABackup(call: Int) async throws {
        let (source, target) = try await pair()
        let denied = StorageError(.outOfSpace, during: .copy, message: "full")
        let faulty = FaultyBackend(target, faults: [FaultyBackend.Fault(call: call, of: .copy, error: denied)])
        let place = SyncLocation(backend: faulty, prefix: ObjectKey("backup/"))
        _ = await ran(.sync, source, faulty, to: "t/") {
            $0.backup = BackupOptions(place: place, dropping: ObjectKey("t/"))
            $0.transferring.serverSide = .auto
        }
        let (now, kept) = (try await texts(target, under: "t/"), try await texts(target, under: "backup/"))
        #expect(now["a/x.txt"] == "old" || kept["a/x.txt"] == "old", "\(now) \(kept)")
        #expect(now["gone"] == "2" || kept["gone"] == "2", "\(now) \(kept)")
    }

    @Test func placesThatARunWouldReadOrDeleteAreRefused() throws {
        let target = SyncLocation(backend: bucket(), prefix: ObjectKey("t/"))
        let source = SyncLocation(backend: bucket(MemoryStore(containers: ["s"]), container: "s"))
        func refusal(
            _ place: SyncLocation, suffix: String = "", excluding: String? = nil, deletesExcluded: Bool = false
        ) throws -> String? {
            var definition = SelectionDefinition(now: Timestamp(seconds: 0))
            if let excluding { definition.exclude = [excluding] }
            return BackupOptions(place: place, dropping: target.prefix, suffix: suffix).refusal(
                source: source, target: target,
                selection: deletesExcluded ? try Selection(definition).depthOnly : try Selection(definition))
        }
        var place = target
        #expect(try refusal(place) != nil)
        #expect(try refusal(place, suffix: "~") == nil)
        place.prefix = ObjectKey("t/backup/")
        #expect(try refusal(place) != nil)
        #expect(try refusal(place, suffix: "~") != nil)
        #expect(try refusal(place, excluding: "/backup/**") == nil)
        #expect(try refusal(place, excluding: "/backup/**", deletesExcluded: true) != nil)
        place.prefix = .root
        #expect(try refusal(place) != nil)
        place.prefix = ObjectKey("b/")
        #expect(try refusal(place) == nil)
        #expect(try refusal(source) != nil)
    }

    @Test(arguments: [
        ("a", "a~", "a~"), ("a.txt", "a.txt~", "a~.txt"), ("d.e/f", "d.e/f~", "d.e/f~"),
        ("x.tar.gz", "x.tar.gz~", "x~.tar.gz"), (".rc", ".rc~", "~.rc"), ("a.", "a.~", "a~."),
    ])
    func suffixes(name: String, plain: String, beforeExtension: String) {
        let place = SyncLocation(backend: bucket())
        for (keepsExtension, expected) in [(false, plain), (true, beforeExtension)] {
            let backup = BackupOptions(
                place: place, dropping: .root, suffix: "~", keepsExtension: keepsExtension)
            #expect(backup.key(of: ObjectKey(name)).description == expected)
        }
    }
}
