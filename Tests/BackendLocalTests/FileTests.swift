// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import BackendLocal

@Suite struct FileTests {
    private let directory: TemporaryDirectory
    private let backend: LocalBackend
    private let files = FileManager.default

    init() throws {
        directory = try TemporaryDirectory()
        backend = LocalBackend(root: directory.path, options: LocalOptions(run: "testrun"))
    }

    @Test func namesOfFullLength() async throws {
        let key = ObjectKey("d/" + String(repeating: "n", count: 255))
        try await backend.put([1, 2], at: key, WriteOptions(modified: Timestamp(seconds: 5, nanoseconds: 7)))
        #expect(try await backend.get(key) == [1, 2])
        let session = try await backend.beginUpload(to: key, size: 3, partSize: 3, WriteOptions())
        let part = try await session.upload(1, at: 0, PartBuffer([4, 5, 6]))
        _ = try await session.complete([part], expected: nil)
        #expect(try await backend.get(key) == [4, 5, 6])
    }

    /// Another file at the name by then, also one of the same size and time, stays; and so does none.
    @Test(arguments: [false, true]) func onlyTheFileThatWasSeenIsReplaced(inParts: Bool) async throws {
        let key = ObjectKey("d/a"), time = Timestamp(seconds: 5)
        func replace(_ seen: Entry) async throws {
            var options = WriteOptions(modified: time)
            options.replaced = seen.fileIdentity
            guard inParts else {
                try await backend.put([9, 9, 9], at: key, options)
                return
            }
            let session = try await backend.beginUpload(to: key, size: 3, partSize: 3, options)
            let part = try await session.upload(1, at: 0, PartBuffer([9, 9, 9]))
            _ = try await session.complete([part], expected: nil)
        }
        try await backend.put([1], at: key, WriteOptions(modified: time))
        let seen = try await backend.stat(key, version: nil)
        try await backend.put([2], at: key, WriteOptions(modified: time))
        await #expect { try await replace(seen) } throws: { ($0 as? StorageError)?.kind == .preconditionFailed }
        #expect(try await backend.get(key) == [2])
        let now = try await backend.stat(key, version: nil)
        try await replace(now)
        #expect(try await backend.get(key) == [9, 9, 9])
        _ = try await backend.delete([Deletion(key: key)])
        await #expect { try await replace(now) } throws: { ($0 as? StorageError)?.kind == .preconditionFailed }
        #expect(try await backend.entries().isEmpty)
        #expect(try await backend.unfinishedUploads(under: .root).isEmpty)
    }

    @Test func temporaryFilesAreNeverListed() async throws {
        #expect(files.createFile(atPath: directory(".godwit-run5-12.partial"), contents: Data([1])))
        #expect(files.createFile(atPath: directory(".godwit-run5.partial"), contents: Data([1])))
        #expect(files.createFile(atPath: directory(".godwit-RUN-1.partial"), contents: Data([1])))
        let session = try await backend.beginUpload(to: ObjectKey("d/big"), size: 10, partSize: 5, WriteOptions())
        #expect(session.token.hasPrefix("d/.godwit-testrun-"))
        _ = try await session.upload(2, at: 5, PartBuffer([1, 2, 3, 4, 5]))
        #expect(
            try await backend.entries().map(\.key.description) == [".godwit-RUN-1.partial", ".godwit-run5.partial"])
        let found = try await backend.unfinishedUploads(under: .root)
        #expect(found.map(\.token) == [".godwit-run5-12.partial", session.token])
        #expect(found.allSatisfy { $0.begun != nil })
        #expect(try await backend.unfinishedUploads(under: ObjectKey("d/")).map(\.token) == [session.token])
        for upload in found { try await backend.abort(upload) }
        #expect(try await backend.unfinishedUploads(under: .root).isEmpty)
        await #expect(throws: StorageError.self) {
            try await backend.abort(
                UnfinishedUpload(key: ObjectKey(".godwit-run5.partial"), token: "", begun: nil))
        }
    }

    @Test func failedWritesLeaveNothing() async throws {
        try files.createDirectory(atPath: directory("taken"), withIntermediateDirectories: false)
        await #expect(throws: StorageError.self) { try await backend.put([1], at: ObjectKey("taken")) }
        try await backend.put([1], at: ObjectKey("there"))
        await #expect(throws: StorageError.self) {
            try await backend.put([2], at: ObjectKey("there"), WriteOptions(precondition: .absent))
        }
        let wrong = WriteOptions(expected: Digest.checksum(of: [9], .sha256))
        await #expect(throws: StorageError.self) { try await backend.put([2], at: ObjectKey("there"), wrong) }
        #expect(try files.contentsOfDirectory(atPath: directory.path).sorted() == ["taken", "there"])
    }

    @Test func newFilesHaveTheModeOfNewFiles() async throws {
        let old = umask(0o027)
        defer { umask(old) }
        try await backend.put([1], at: ObjectKey("d/f"))
        var status = stat()
        #expect(lstat(directory("d/f"), &status) == 0 && status.st_mode & 0o777 == 0o640)
        #expect(lstat(directory("d"), &status) == 0 && status.st_mode & 0o777 == 0o750)
    }

    @Test func timesHaveNanoseconds() async throws {
        let time = Timestamp(seconds: 1_700_000_001, nanoseconds: 987_654_321)
        let written = try await backend.put([1], at: ObjectKey("f"), WriteOptions(modified: time))
        #expect(written.modified == time)
        #expect(try await backend.stat(ObjectKey("f"), version: nil).modified == time)
        let before = Timestamp(seconds: -2, nanoseconds: 500_000_000)
        try await backend.put([1], at: ObjectKey("g"), WriteOptions(modified: before))
        #expect(try await backend.entries().last?.modified == before)
    }

    @Test func aFileThatChangesIsNotRead() async throws {
        let key = ObjectKey("f")
        let time = Timestamp(seconds: 1_000)
        try await backend.put([1, 2, 3], at: key, WriteOptions(modified: time))
        let entry = try #require(try await backend.entries().first)
        // The same size and the same time, but another file.
        try await backend.put([4, 5, 6], at: key, WriteOptions(modified: time))
        let error = await #expect(throws: StorageError.self) {
            try await backend.read(key, ReadOptions(ifIdentity: entry), into: PartBuffer(capacity: 3))
        }
        #expect(error?.kind == .preconditionFailed)
        let grown = try #require(try await backend.entries().first)
        let handle = try #require(FileHandle(forWritingAtPath: directory("f")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([7]))
        try handle.close()
        for options in [ReadOptions(), ReadOptions(range: 0..<2, ifIdentity: grown)] {
            let error = await #expect(throws: StorageError.self) {
                try await backend.read(key, options, into: PartBuffer(capacity: 3))
            }
            #expect(error?.kind == .preconditionFailed)
        }
    }

    @Test func pipesAreNotWaitedFor() async throws {
        #expect(mkfifo(directory("pipe"), 0o600) == 0)
        let error = await #expect(throws: StorageError.self) { try await backend.get(ObjectKey("pipe")) }
        #expect(error?.kind == .invalidKey)
    }

    @Test func deletionsRemoveTheDirectoriesTheyEmpty() async throws {
        for key in ["a/b/c/1", "a/b/2", "a/3", "x/y/4"] { try await backend.put([1], at: ObjectKey(key)) }
        let first = try await backend.delete(["a/b/c/1", "a/b/2", "x/y/4"].map { Deletion(key: ObjectKey($0)) })
        #expect(first.allSatisfy { $0.error == nil })
        #expect(try files.contentsOfDirectory(atPath: directory.path) == ["a"])
        #expect(try files.contentsOfDirectory(atPath: directory("a")) == ["3"])
        _ = try await backend.delete([Deletion(key: ObjectKey("a/3"))])
        #expect(try files.contentsOfDirectory(atPath: directory.path).isEmpty)
        #expect(try await backend.containerExists())
        // What was kept open of removed directories does not disturb.
        try await backend.put([5], at: ObjectKey("a/b/c/1"))
        #expect(try await backend.get(ObjectKey("a/b/c/1")) == [5])
    }

    @Test func writersAndDeletersOfOneDirectory() async throws {
        let backend = backend
        try await inParallel(Array(0..<400), width: 8) { index in
            let key = ObjectKey("shared/deep/\(index % 7)")
            if index % 2 == 0 {
                try await backend.put([1], at: key)
            } else {
                let outcomes = try await backend.delete([Deletion(key: key)])
                #expect(outcomes.allSatisfy { $0.error == nil })
            }
        }
    }

    @Test func directoryMarkersAreDirectories() async throws {
        let entry = try await backend.put([], at: ObjectKey("made/dir/"))
        #expect(entry.kind == .directory)
        #expect(try await backend.stat(ObjectKey("made/dir/"), version: nil).kind == .directory)
        await #expect(throws: StorageError.self) { try await backend.put([1], at: ObjectKey("made/other/")) }
        await #expect(throws: StorageError.self) { try await backend.stat(ObjectKey("made"), version: nil) }
        try await backend.put([1], at: ObjectKey("made/dir/file"))
        let error = await #expect(throws: StorageError.self) {
            try await backend.removeContainer(ObjectKey("made/dir/"))
        }
        #expect(error?.kind == .preconditionFailed)
        _ = try await backend.delete([Deletion(key: ObjectKey("made/dir/file"))])
        try await backend.put([], at: ObjectKey("made/dir/"))
        try await backend.removeContainer(ObjectKey("made/dir/"))
        #expect(try files.contentsOfDirectory(atPath: directory("made")).isEmpty)
    }

    @Test func theRootIsMadeOnlyWhereThatIsWanted() async throws {
        try await LocalBackend(root: directory("new/root")).put([1], at: ObjectKey("a/b"))
        #expect(files.fileExists(atPath: directory("new/root/a/b")))
        var options = LocalOptions()
        options.createsRoot = false
        let strict = LocalBackend(root: directory("missing"), options: options)
        let error = await #expect(throws: StorageError.self) { try await strict.put([1], at: ObjectKey("a/b")) }
        #expect(error?.kind == .containerNotFound)
        #expect(!files.fileExists(atPath: directory("missing")))
        #expect(strict.identity.container == directory("missing"))
    }

    @Test func completionProvesWhatItIsGiven() async throws {
        let content = [UInt8](repeating: 3, count: 600_000) + [1]
        let halves = [Array(content[..<300_000]), Array(content[300_000...])]
        let composite = Digest.composite(halves.map { Digest.of($0, .md5) }, .md5)
        let wrong = Checksum(.md5, [UInt8](repeating: 0, count: 16))
        for (expected, isRight) in [(composite, true), (Digest.checksum(of: content, .sha256), true), (wrong, false)] {
            let session = try await backend.beginUpload(
                to: ObjectKey("whole"), size: Int64(content.count), partSize: 300_001, WriteOptions())
            let second = try await session.upload(2, at: 300_000, PartBuffer(halves[1]))
            let first = try await session.upload(1, at: 0, PartBuffer(halves[0]))
            if isRight {
                _ = try await session.complete([first, second], expected: expected)
                #expect(try await backend.get(ObjectKey("whole")) == content)
            } else {
                let error = await #expect(throws: StorageError.self) {
                    try await session.complete([first, second], expected: expected)
                }
                #expect(error?.kind == .corrupted)
                try await session.abort()
            }
        }
        #expect(try files.contentsOfDirectory(atPath: directory.path) == ["whole"])
    }

    @Test func anUploadNeedsAllItsParts() async throws {
        let session = try await backend.beginUpload(to: ObjectKey("gap"), size: 10, partSize: 5, WriteOptions())
        let second = try await session.upload(2, at: 5, PartBuffer([1, 2, 3, 4, 5]))
        await #expect(throws: StorageError.self) { try await session.complete([second], expected: nil) }
        await #expect(throws: StorageError.self) { try await session.upload(3, at: 8, PartBuffer([1, 2, 3])) }
        try await session.abort()
        #expect(try files.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test func aFullDiskIsOutOfSpace() async throws {
        let place = directory("small")
        try files.createDirectory(atPath: place, withIntermediateDirectories: false)
        guard mount("tmpfs", place, "tmpfs", 0, "size=262144") == 0 else { return }
        defer { umount2(place, Int32(MNT_DETACH)) }
        let small = LocalBackend(root: place)
        try await small.put([1], at: ObjectKey("fits"))
        let large = [UInt8](repeating: 1, count: 500_000)
        for size in [500_000, 2_000_000] {
            let error = await #expect(throws: StorageError.self) {
                try await small.put([UInt8](repeating: 1, count: size), at: ObjectKey("large"))
            }
            #expect(error?.kind == .outOfSpace)
        }
        let error = await #expect(throws: StorageError.self) {
            try await small.beginUpload(
                to: ObjectKey("large"), size: Int64(large.count), partSize: 100_000, WriteOptions())
        }
        #expect(error?.kind == .outOfSpace)
        #expect(try files.contentsOfDirectory(atPath: place) == ["fits"])
        try await small.flush()
    }
}
