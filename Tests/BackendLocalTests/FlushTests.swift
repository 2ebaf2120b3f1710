// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import BackendLocal

@Suite struct FlushTests {
    private let directory: TemporaryDirectory
    private let files = FileManager.default

    init() throws { directory = try TemporaryDirectory() }

    /// Whether the shell ran `command` in the directory without an error.
    private func succeeds(_ command: String) throws -> Bool {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", command]
        shell.currentDirectoryURL = URL(fileURLWithPath: directory.path)
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        return shell.terminationStatus == 0
    }

    @Test func whereNothingIsThereNothingIsToDo() async throws {
        let backend = LocalBackend(root: directory("none/root"))
        try await backend.flush()
        #expect(!files.fileExists(atPath: directory("none")))
        try await backend.put([1], at: ObjectKey("a/b"))
        try await backend.flush()
        try files.removeItem(atPath: directory("none"))
        try await backend.flush()
        try Data([1]).write(to: URL(fileURLWithPath: directory("file")))
        let error = await #expect(throws: StorageError.self) {
            try await LocalBackend(root: directory("file")).list(ListRequest(order: .keyBytes)).next()
        }
        #expect(error != nil)
        try await LocalBackend(root: directory("file/below")).flush()
    }

    @Test func fileSystemsBelowTheRootAreFlushedToo() async throws {
        try files.createDirectory(atPath: directory("mounted"), withIntermediateDirectories: false)
        guard mount("tmpfs", directory("mounted"), "tmpfs", 0, "size=262144") == 0 else { return }
        defer { umount2(directory("mounted"), Int32(MNT_DETACH)) }
        let backend = LocalBackend(root: directory.path)
        try await backend.put([1], at: ObjectKey("here"))
        #expect(backend.root.fileSystemCount == 1)
        try await backend.put([1], at: ObjectKey("mounted/d/there"))
        try await backend.put([1], at: ObjectKey("mounted/e/there"))
        #expect(backend.root.fileSystemCount == 2)
        try await backend.flush()
    }

    /// The kernel writes back when it likes, and tells of an error once.
    @Test func anErrorThatSomeoneElseSawFirst() async throws {
        try files.createDirectory(atPath: directory("small"), withIntermediateDirectories: false)
        try files.createDirectory(atPath: directory("root"), withIntermediateDirectories: false)
        guard mount("tmpfs", directory("small"), "tmpfs", 0, "size=6m") == 0 else { return }
        defer { umount2(directory("small"), Int32(MNT_DETACH)) }
        // A disk that is larger than what backs it.
        let command = """
            PATH=$PATH:/usr/sbin:/sbin
            truncate -s 64m small/image && mke2fs -q -t ext2 small/image && mount -o loop small/image root
            """
        guard try succeeds(command) else { return }
        defer { umount2(directory("root"), Int32(MNT_DETACH)) }
        let backend = LocalBackend(root: directory("root"))
        let session = try await backend.beginUpload(
            to: ObjectKey("pending"), size: -1, partSize: 8 << 20, WriteOptions())
        try await backend.flush()
        _ = try await session.upload(1, at: 0, PartBuffer([UInt8](repeating: 7, count: 8 << 20)))
        #expect(try !succeeds("sync -f root"))
        let error = await #expect(throws: StorageError.self) { try await backend.flush() }
        #expect(error?.message.hasPrefix("what was written may not have reached the disk") == true)
        #expect(error?.location == directory("root"))
        #expect(error?.advice != nil)
        try await backend.flush()
        await session.suspend()
    }
}
