// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import BackendLocal

/// Files that are written over where they are.
@Suite struct InPlaceTests {
    private let directory: TemporaryDirectory
    private let backend: LocalBackend
    private let files = FileManager.default
    private let key = ObjectKey("d/file")
    private let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 5)

    init() throws {
        directory = try TemporaryDirectory()
        try files.createDirectory(atPath: directory("root/d"), withIntermediateDirectories: true)
        backend = Self.open(directory)
    }

    private static func open(_ directory: TemporaryDirectory) -> LocalBackend {
        var options = LocalOptions(run: "testrun")
        options.writesInPlace = true
        return LocalBackend(root: directory("root"), options: options)
    }

    private func inode(_ name: String) throws -> UInt64 {
        var status = stat()
        try #require(lstat(directory(name), &status) == 0)
        return UInt64(status.st_ino)
    }

    private func create(_ content: [UInt8], at name: String = "root/d/file") throws {
        try #require(files.createFile(atPath: directory(name), contents: Data(content)))
    }

    private func content(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: directory(name))))
    }

    @Test(arguments: [[], [9], [9, 9, 9], [UInt8](repeating: 9, count: 70)])
    func smallFilesKeepTheirInode(old: [UInt8]) async throws {
        try create(old)
        let before = try inode("root/d/file")
        let written = try await backend.put([1, 2, 3], at: key, WriteOptions(modified: time))
        #expect(written.modified == time)
        #expect(try inode("root/d/file") == before)
        #expect(try await backend.get(key) == [1, 2, 3])
        #expect(try await backend.stat(key, version: nil).modified == time)
        #expect(try files.contentsOfDirectory(atPath: directory("root/d")) == ["file"])
    }

    @Test(arguments: [4, 19, 40])
    func largeFilesNeverShowTheirNewSize(old: Int) async throws {
        try create([UInt8](repeating: 9, count: old))
        let before = try inode("root/d/file")
        let session = try await backend.beginUpload(
            to: key, size: 19, partSize: 10, WriteOptions(modified: time))
        #expect(session.token == "d/file")
        #expect(try content("root/d/file").count != 19)
        let last = try await session.upload(2, at: 10, PartBuffer([UInt8](repeating: 2, count: 9)))
        #expect(try content("root/d/file").count != 19)
        await session.suspend()
        let next = try await Self.open(directory).resumeUpload(
            session.token, to: key, size: 19, partSize: 10, WriteOptions(modified: time))
        #expect(try await next.verified([last]) == [last])
        let first = try await next.upload(1, at: 0, PartBuffer([UInt8](repeating: 1, count: 10)))
        #expect(try content("root/d/file").count != 19)
        let entry = try await next.complete([first, last], expected: nil)
        #expect(entry.modified == time)
        #expect(
            try content("root/d/file") == [UInt8](repeating: 1, count: 10) + [UInt8](repeating: 2, count: 9))
        #expect(try await backend.stat(key, version: nil).modified == time)
        #expect(try inode("root/d/file") == before)
        #expect(try files.contentsOfDirectory(atPath: directory("root/d")) == ["file"])
    }

    @Test func whatIsGivenUpStays() async throws {
        try create([9, 9, 9, 9])
        let session = try await backend.beginUpload(to: key, size: 4, partSize: 2, WriteOptions())
        _ = try await session.upload(1, at: 0, PartBuffer([1, 1]))
        try await session.abort()
        try await backend.abort(UnfinishedUpload(key: key, token: session.token, begun: nil))
        #expect(try content("root/d/file").prefix(4) == [1, 1, 9, 9])
        #expect(try await backend.unfinishedUploads(under: .root).isEmpty)
    }

    @Test func otherNamesOfTheFileKeepWhatTheyHold() async throws {
        try create([9, 9])
        try files.linkItem(atPath: directory("root/d/file"), toPath: directory("other"))
        try await backend.put([1, 2, 3], at: key)
        #expect(try content("other") == [9, 9])
        #expect(try await backend.get(key) == [1, 2, 3])
    }

    @Test func linksAreReplaced() async throws {
        try create([9, 9], at: "outside")
        try files.createSymbolicLink(atPath: directory("root/d/file"), withDestinationPath: directory("outside"))
        let session = try await backend.beginUpload(to: key, size: 2, partSize: 2, WriteOptions())
        #expect(session.token.hasPrefix("d/.godwit-testrun-"))
        let part = try await session.upload(1, at: 0, PartBuffer([1, 2]))
        _ = try await session.complete([part], expected: nil)
        #expect(try content("outside") == [9, 9])
        #expect(try await backend.get(key) == [1, 2])
        #expect(mkfifo(directory("root/d/pipe"), 0o600) == 0)
        try await backend.put([1], at: ObjectKey("d/pipe"))
        #expect(try await backend.get(ObjectKey("d/pipe")) == [1])
    }

    @Test func whatMustNotBeHalfNewIsWrittenBeside() async throws {
        // Not there yet, of unknown length, or only if absent.
        let fresh = try await backend.beginUpload(to: key, size: 2, partSize: 2, WriteOptions())
        #expect(fresh.token.hasPrefix("d/.godwit-testrun-"))
        try await fresh.abort()
        try create([9, 9])
        let stream = try await backend.beginUpload(to: key, size: -1, partSize: 2, WriteOptions())
        #expect(stream.token.hasPrefix("d/.godwit-testrun-"))
        try await stream.abort()
        let error = await #expect(throws: StorageError.self) {
            try await backend.put([1], at: key, WriteOptions(precondition: .absent))
        }
        #expect(error?.kind == .preconditionFailed)
        #expect(try content("root/d/file") == [9, 9])
    }

    @Test func aFileThatIsReplacedMeanwhile() async throws {
        try create([9, 9])
        let session = try await backend.beginUpload(to: key, size: 2, partSize: 2, WriteOptions())
        let part = try await session.upload(1, at: 0, PartBuffer([1, 2]))
        try files.moveItem(atPath: directory("root/d/file"), toPath: directory("moved"))
        try create([7])
        let error = await #expect(throws: StorageError.self) { try await session.complete([part], expected: nil) }
        #expect(error?.kind == .preconditionFailed)
        #expect(try content("root/d/file") == [7])
    }

    @Test func withoutTheOptionNothingGoesOnInPlace() async throws {
        try create([9, 9])
        let error = await #expect(throws: StorageError.self) {
            try await LocalBackend(root: directory("root")).resumeUpload(
                "d/file", to: key, size: 2, partSize: 2, WriteOptions())
        }
        #expect(error?.kind == .notFound)
        #expect(try content("root/d/file") == [9, 9])
    }

    @Test func aFullDiskShowsBeforeAnythingIsOverwritten() async throws {
        let place = directory("small")
        try files.createDirectory(atPath: place, withIntermediateDirectories: false)
        guard mount("tmpfs", place, "tmpfs", 0, "size=262144") == 0 else { return }
        defer { umount2(place, Int32(MNT_DETACH)) }
        var options = LocalOptions()
        options.writesInPlace = true
        let small = LocalBackend(root: place, options: options)
        let old = [UInt8](repeating: 9, count: 200_000)
        try await small.put(old, at: ObjectKey("file"))
        let error = await #expect(throws: StorageError.self) {
            try await small.beginUpload(to: ObjectKey("file"), size: 500_000, partSize: 100_000, WriteOptions())
        }
        #expect(error?.kind == .outOfSpace)
        #expect(try await small.get(ObjectKey("file")) == old)
        // There is no room for both.
        try await small.put([UInt8](repeating: 1, count: 200_000), at: ObjectKey("file"))
        #expect(try await small.get(ObjectKey("file")) == [UInt8](repeating: 1, count: 200_000))
        try await small.flush()
    }
}
