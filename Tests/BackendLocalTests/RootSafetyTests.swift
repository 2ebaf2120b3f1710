// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendLocal
import Foundation
import StorageModel
import StorageTestKit
import Testing

/// Nothing outside the root is read or written, through no link, whenever it appears.
@Suite struct RootSafetyTests {
    private let directory: TemporaryDirectory
    private let files = FileManager.default

    init() throws {
        directory = try TemporaryDirectory()
        try files.createDirectory(atPath: directory("root"), withIntermediateDirectories: false)
        try files.createDirectory(atPath: directory("outside"), withIntermediateDirectories: false)
        try Data("secret".utf8).write(to: URL(fileURLWithPath: directory("outside/secret")))
    }

    private func backends() -> [LocalBackend] {
        var older = LocalOptions()
        older.usesOpenat2 = false
        return [LocalBackend(root: directory("root")), LocalBackend(root: directory("root"), options: older)]
    }

    private func outside() throws -> [String] { try files.contentsOfDirectory(atPath: directory("outside")).sorted() }

    @Test func aLinkThatWasThereBefore() async throws {
        try files.createSymbolicLink(atPath: directory("root/link"), withDestinationPath: directory("outside"))
        try files.createSymbolicLink(atPath: directory("root/up"), withDestinationPath: "../outside")
        try files.createSymbolicLink(
            atPath: directory("root/file"), withDestinationPath: directory("outside/secret"))
        for backend in backends() {
            for parent in ["link", "up"] {
                let key = ObjectKey("\(parent)/secret")
                await #expect(throws: StorageError.self) { try await backend.put([1], at: key) }
                await #expect(throws: StorageError.self) {
                    try await backend.put([1], at: ObjectKey("\(parent)/deep/new"))
                }
                await #expect(throws: StorageError.self) { try await backend.get(key) }
                await #expect(throws: StorageError.self) { try await backend.stat(key, version: nil) }
                let outcomes = try await backend.delete([Deletion(key: key)])
                #expect(outcomes.count == 1)
            }
            await #expect(throws: StorageError.self) { try await backend.get(ObjectKey("file")) }
            let page = try await backend.everything(ListRequest(order: .keyBytes))
            #expect(page.entries.isEmpty)
            #expect(page.issues.count == 3)
            #expect(page.issues.allSatisfy { $0.severity == .notice })
        }
        #expect(try outside() == ["secret"])
        #expect(try String(contentsOfFile: directory("outside/secret"), encoding: .utf8) == "secret")
    }

    @Test func writingOverALinkReplacesTheLink() async throws {
        try files.createSymbolicLink(
            atPath: directory("root/file"), withDestinationPath: directory("outside/secret"))
        let backend = LocalBackend(root: directory("root"))
        try await backend.put([1, 2], at: ObjectKey("file"))
        #expect(try await backend.get(ObjectKey("file")) == [1, 2])
        #expect(try String(contentsOfFile: directory("outside/secret"), encoding: .utf8) == "secret")
    }

    @Test func aLinkThatAppearsMeanwhile() async throws {
        for (index, backend) in backends().enumerated() {
            let parent = "d\(index)"
            try await backend.put([1], at: ObjectKey("\(parent)/sub/one"))
            try await backend.put([1], at: ObjectKey("\(parent)/two"))
            try files.moveItem(atPath: directory("root/\(parent)"), toPath: directory("outside/moved\(index)"))
            try files.createSymbolicLink(
                atPath: directory("root/\(parent)"), withDestinationPath: directory("outside/moved\(index)"))
            for name in ["two", "three", "sub/one", "sub/four"] {
                await #expect(throws: StorageError.self) {
                    try await backend.put([2], at: ObjectKey("\(parent)/\(name)"))
                }
            }
            _ = try await backend.delete([Deletion(key: ObjectKey("\(parent)/two"))])
            #expect(
                try files.contentsOfDirectory(atPath: directory("outside/moved\(index)")).sorted() == ["sub", "two"])
            #expect(try files.contentsOfDirectory(atPath: directory("outside/moved\(index)/sub")) == ["one"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: directory("outside/moved\(index)/two"))) == Data([1]))
        }
    }

    @Test func aDirectoryThatIsReplacedIsFoundAnew() async throws {
        for (index, backend) in backends().enumerated() {
            let parent = "r\(index)"
            try await backend.put([1], at: ObjectKey("\(parent)/one"))
            try files.moveItem(atPath: directory("root/\(parent)"), toPath: directory("outside/old\(index)"))
            try await backend.put([2], at: ObjectKey("\(parent)/two"))
            #expect(try files.contentsOfDirectory(atPath: directory("outside/old\(index)")) == ["one"])
            #expect(try files.contentsOfDirectory(atPath: directory("root/\(parent)")) == ["two"])
        }
    }

    @Test func anUploadIntoADirectoryThatWasMovedAway() async throws {
        let backend = LocalBackend(root: directory("root"))
        let session = try await backend.beginUpload(
            to: ObjectKey("d/big"), size: 2, partSize: 2, WriteOptions())
        let part = try await session.upload(1, at: 0, PartBuffer([1, 2]))
        try files.moveItem(atPath: directory("root/d"), toPath: directory("outside/d"))
        try files.createSymbolicLink(atPath: directory("root/d"), withDestinationPath: directory("outside"))
        await #expect(throws: StorageError.self) { try await session.complete([part], expected: nil) }
        #expect(try outside() == ["d", "secret"])
        #expect(try files.contentsOfDirectory(atPath: directory("outside/d")).isEmpty)
    }

    @Test func aFileInTheWayOfADirectory() async throws {
        for backend in backends() {
            try await backend.put([1], at: ObjectKey("file"))
            let error = await #expect(throws: StorageError.self) {
                try await backend.put([1], at: ObjectKey("file/below"))
            }
            #expect(error?.kind == .invalidKey || error?.kind == .alreadyExists)
            try await backend.put([1], at: ObjectKey("dir/below"))
            let other = await #expect(throws: StorageError.self) { try await backend.put([1], at: ObjectKey("dir")) }
            #expect(other?.kind == .alreadyExists)
            #expect(try await backend.entries().map(\.key.description) == ["dir/below", "file"])
        }
    }
}
