// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Godwit
import StorageModel
import SyncEngine
import Testing

@Suite struct SessionTests {
    private func session(
        _ environment: [String: String] = [:], _ change: (inout SessionOptions) -> Void = { _ in }
    ) throws -> Session {
        var options = SessionOptions(environment: environment)
        change(&options)
        return try Session(options)
    }

    private func sync(
        _ session: Session, _ source: String, _ target: String, mode: SyncMode = .sync
    ) async throws -> SyncReport {
        let (from, to) = (try await place(session, source, .source), try await place(session, target, .target))
        return await session.run(SyncOptions(mode: mode), from: from, to: to)
    }

    private func place(_ session: Session, _ location: String, _ side: Session.Side) async throws -> SyncLocation {
        let open = try await session.open(location, as: side, expecting: .prefix)
        guard case .prefix(let prefix) = open.form, let backend = open.backend else {
            throw StorageError(.unexpected, during: .validate, message: "\(location) is no prefix")
        }
        return SyncLocation(backend: backend, prefix: prefix)
    }

    private func put(_ session: Session, _ location: String) async throws {
        let open = try await session.open(location, as: .target, expecting: .object)
        guard case .object(let key) = open.form, let backend = open.backend else { return }
        _ = try await backend.write(PartBuffer(Array("x".utf8)), to: key, WriteOptions())
    }

    private func message(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func aDirectoryGoesThereAndBack() async throws {
        let (from, back) = (try TemporaryDirectory(), try TemporaryDirectory())
        for index in 0..<20 { try from.write("content \(index)", to: "a\(index % 3)/b\(index)") }
        try from.write("", to: "empty")
        let session = try session { $0.createsContainers = true }
        defer { session.shutdown() }
        let there = try await sync(session, from.path, ":memory:bucket/under")
        #expect(there.stop == nil && there.objects.transferred == 21 && there.objects.failed == 0)
        let again = try await sync(session, from.path, ":memory:bucket/under/")
        #expect(again.objects.transferred == 0 && again.objects.skipped == 21)
        let returned = try await sync(session, ":memory:bucket/under", back.path)
        #expect(returned.objects.transferred == 21)
        #expect(try back.contents == from.contents)
        #expect(try await session.containers(of: ":memory:").map(\.name) == ["bucket"])
    }

    @Test func aNameIsLookedUpOnce() async throws {
        let session = try session { $0.createsContainers = true }
        defer { session.shutdown() }
        for key in ["object", "both", "both/x", "dir/y", "dirty"] { try await put(session, ":memory:b/\(key)") }
        func form(_ path: String, _ expecting: Session.Expectation = .lookUp) async throws -> OpenLocation.Form {
            try await session.open(":memory:\(path)", as: .source, expecting: expecting).form
        }
        #expect(try await form("b/object") == .object(ObjectKey("object")))
        #expect(try await form("b/dir") == .prefix(ObjectKey("dir/")))
        #expect(try await form("b/dir/") == .prefix(ObjectKey("dir/")))
        #expect(try await form("b/none") == .prefix(ObjectKey("none/")))
        #expect(try await form("b/both/") == .prefix(ObjectKey("both/")))
        #expect(try await form("b/both", .object) == .object(ObjectKey("both")))
        #expect(try await form("b") == .prefix(.root))
        #expect(try await form("b/") == .prefix(.root))
        #expect(try await form("") == .account)
        #expect(await message { _ = try await form("b/both") }.contains("copyto"))
        #expect(await message { _ = try await form("b/x/", .object) }.contains("one object is wanted"))
        #expect(await message { _ = try await form("b", .object) }.contains("one object is wanted"))
        #expect(await message { _ = try await form("", .object) }.contains("names no bucket"))
        #expect(await message { _ = try await form("absent/x") }.contains("no such container"))
    }

    @Test func aLocalFileIsAnObjectOfItsDirectory() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("x", to: "sub/file")
        let session = try session()
        func open(_ path: String, _ expecting: Session.Expectation = .lookUp) async throws -> OpenLocation {
            try await session.open("\(directory.path)/\(path)", as: .source, expecting: expecting)
        }
        let file = try await open("sub/file")
        #expect(file.form == .object(ObjectKey("file")))
        #expect(file.backend?.identity.container.hasSuffix("/sub") == true)
        #expect(try await open("sub").form == .prefix(.root))
        #expect(try await open("none").form == .prefix(.root))
        #expect(try await open("none", .object).form == .object(ObjectKey("none")))
        #expect(await message { _ = try await open("sub", .object) }.contains("directory where one file"))
        #expect(await message { _ = try await open("..", .object) }.contains("directory"))
    }

    @Test func overlapAndSameObjectAreRefused() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("x", to: "a/f")
        let session = try session { $0.createsContainers = true }
        for (source, target) in [("a", "a"), ("a", ""), ("", "a"), ("./a/../a", "a")] {
            let report = try await sync(session, "\(directory.path)/\(source)", "\(directory.path)/\(target)")
            guard case .refused(let why) = report.stop else {
                Issue.record("\(source) to \(target) was not refused")
                continue
            }
            #expect(why.contains("overlap"))
        }
        #expect(try await sync(session, "\(directory.path)/a", "\(directory.path)/b").stop == nil)
        let file = try await session.open("\(directory.path)/a/f", as: .source)
        let target = try await place(session, "\(directory.path)/a", .target)
        let same = await session.runObject(
            SyncOptions(mode: .copy), source: file, to: target.backend, key: ObjectKey("f"))
        guard case .refused = same.stop else {
            Issue.record("the same object was not refused")
            return
        }
    }

    @Test func oneObjectMovesToItsExactName() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("content", to: "f")
        let session = try session { $0.createsContainers = true }
        let target = try await session.open(":memory:b/to/g", as: .target, expecting: .object)
        guard case .object(let key) = target.form else {
            Issue.record("no object")
            return
        }
        let backend = try #require(target.backend)
        let report = await session.runObject(
            SyncOptions(mode: .move), source: try await session.open(path, as: .source), to: backend, key: key)
        #expect(report.stop == nil && report.objects.transferred == 1)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try await backend.stat(ObjectKey("to/g"), version: nil).size == 7)
        // And back, where the directory is written to disk before the source goes.
        let moved = try await sync(session, ":memory:b/to", "\(directory.path)/back", mode: .move)
        #expect(moved.stop == nil && moved.objects.transferred == 1)
        #expect(try directory.contents == ["back/g": "content"])
        #expect(try await session.open(":memory:b/to/g", as: .source).form == .prefix(ObjectKey("to/g/")))
    }

    /// Files that are copied on this machine keep a rate, in small parts, and whoever waits sees it change.
    @Test(.timeLimit(.minutes(10)))
    func localCopiesKeepARateThatChanges() async throws {
        let directory = try TemporaryDirectory()
        try directory.write(String(repeating: "x", count: 1_000_000), to: "a/large")
        try directory.write(String(repeating: "y", count: 100), to: "a/small")
        let rates = TransferRates(download: 400_000)
        let session = try session { $0.rates = rates }
        defer { session.shutdown() }
        let begun = ContinuousClock.now
        async let report = sync(session, "\(directory.path)/a", "\(directory.path)/b")
        try await Task.sleep(for: .milliseconds(500))
        // At this rate it would take for ever.
        rates.set(upload: 1, download: nil)
        #expect(rates.current.upload == 1 && rates.current.download == nil)
        try await Task.sleep(for: .milliseconds(500))
        rates.set(upload: 1_000_000, download: nil)
        let done = try await report
        #expect(done.stop == nil && done.objects.transferred == 2)
        // At most 200,000 bytes before, and 1 while it stood still.
        #expect(ContinuousClock.now - begun > .milliseconds(1400))
        #expect(try directory.contents["b/large"]?.utf8.count == 1_000_000)
    }

    @Test func aMissingSourceStopsTheRun() async throws {
        let session = try session()
        let directory = try TemporaryDirectory()
        for source in [":memory:absent", "\(directory.path)/absent"] {
            let report = try await sync(session, source, "\(directory.path)/target")
            guard case .failed(let error) = report.stop else {
                Issue.record("\(source) did not stop the run")
                continue
            }
            #expect(error.kind == .containerNotFound)
        }
    }

    @Test func configurationIsReadWhenItIsNeeded() async throws {
        let directory = try TemporaryDirectory()
        let broken = try directory.write("RCLONE_ENCRYPT_V0:\nabc", to: "home/.config/rclone/rclone.conf")
        #expect(FileManager.default.fileExists(atPath: broken))
        let session = try session(["HOME": "\(directory.path)/home"])
        _ = try await session.open(directory.path, as: .source)
        _ = try await session.open("s3://bucket/", as: .source)
        #expect(await message { _ = try await session.open("r:b/", as: .source) }.contains("encrypted"))
        #expect(throws: StorageError.self) {
            try self.session { $0.configurationFile = "\(directory.path)/absent" }
        }
        let file = try directory.write("[m]\ntype = memory\n[a]\ntype = alias\nremote = m:b/x\n", to: "godwit.conf")
        let named = try self.session { $0.configurationFile = file }
        #expect(try await named.open("a:y/", as: .source).form == .prefix(ObjectKey("x/y/")))
        #expect(try await named.open("a:y/", as: .source).display == "a:y/")
    }
}
