// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendLocal
import Foundation
import StorageModel
import StorageTestKit
import Testing

@Suite struct LinkTests {
    private let directory: TemporaryDirectory
    private let files = FileManager.default

    init() throws {
        directory = try TemporaryDirectory()
        try files.createDirectory(atPath: directory("root/real"), withIntermediateDirectories: true)
        try files.createDirectory(atPath: directory("elsewhere"), withIntermediateDirectories: false)
        #expect(files.createFile(atPath: directory("root/real/file"), contents: Data([1, 2])))
        #expect(files.createFile(atPath: directory("elsewhere/other"), contents: Data([3])))
        try files.createSymbolicLink(atPath: directory("root/link"), withDestinationPath: "real/file")
        try files.createSymbolicLink(atPath: directory("root/real-dir"), withDestinationPath: directory("elsewhere"))
    }

    @Test func followedLinksAreWhatTheyPointTo() async throws {
        let backend = LocalBackend(root: directory("root"))
        let page = try await backend.everything(ListRequest(order: .keyBytes, links: .follow))
        #expect(page.issues.isEmpty)
        #expect(page.entries.map(\.key.description) == ["link", "real-dir/other", "real/file"])
        for entry in page.entries {
            let buffer = PartBuffer(capacity: 10)
            _ = try await backend.read(entry.key, ReadOptions(ifIdentity: entry), into: buffer)
            #expect(buffer.count == Int(entry.size))
        }
        #expect(try await backend.stat(ObjectKey("link"), version: nil).size == 2)
    }

    @Test func keptLinksComeBackAsLinks() async throws {
        let backend = LocalBackend(root: directory("root"))
        let page = try await backend.everything(ListRequest(order: .keyBytes, links: .keep))
        #expect(
            page.entries.map(\.key.description) == ["link.rclonelink", "real-dir.rclonelink", "real/file"])
        #expect(page.entries.map(\.kind) == [.symbolicLink, .symbolicLink, .object])
        var options = LocalOptions()
        options.links = .keep
        let target = LocalBackend(root: directory("target"), options: options)
        for entry in page.entries {
            let buffer = PartBuffer(capacity: Int(entry.size))
            _ = try await backend.read(entry.key, ReadOptions(ifIdentity: entry), into: buffer)
            #expect(buffer.count == Int(entry.size))
            try await target.put(buffer.array, at: entry.key, WriteOptions(modified: Timestamp(seconds: 77)))
        }
        #expect(try files.destinationOfSymbolicLink(atPath: directory("target/link")) == "real/file")
        #expect(try files.destinationOfSymbolicLink(atPath: directory("target/real-dir")) == directory("elsewhere"))
        let copied = try await target.everything(ListRequest(order: .keyBytes, links: .keep)).entries
        #expect(copied.map(\.key) == page.entries.map(\.key))
        #expect(copied.allSatisfy { $0.modified == Timestamp(seconds: 77) })
        let stat = try await target.stat(ObjectKey("link.rclonelink"), version: nil)
        #expect(stat.kind == .symbolicLink && stat.size == 9)
        try await target.setModified(Timestamp(seconds: 88), of: copied[0])
        #expect(try await target.stat(copied[0].key, version: nil).modified == Timestamp(seconds: 88))
        let outcomes = try await target.delete(copied.map { Deletion(key: $0.key) })
        #expect(outcomes.allSatisfy { $0.error == nil })
        #expect(try files.contentsOfDirectory(atPath: directory("target")).isEmpty)
        #expect(files.fileExists(atPath: directory("elsewhere/other")))
    }

    @Test func aLinkWrittenOnDemand() async throws {
        let backend = LocalBackend(root: directory("root"))
        try await backend.put(
            Array("real/file".utf8), at: ObjectKey("made.rclonelink"), WriteOptions(isSymbolicLink: true))
        #expect(try files.destinationOfSymbolicLink(atPath: directory("root/made")) == "real/file")
        await #expect(throws: StorageError.self) {
            try await backend.put([], at: ObjectKey("none.rclonelink"), WriteOptions(isSymbolicLink: true))
        }
        // Without links being kept, the name is one like any other.
        try await backend.put([1], at: ObjectKey("plain.rclonelink"))
        #expect(files.fileExists(atPath: directory("root/plain.rclonelink")))
    }

    @Test func twoNamesForOneKey() async throws {
        #expect(files.createFile(atPath: directory("root/link.rclonelink"), contents: Data([1])))
        let page = try await LocalBackend(root: directory("root")).everything(
            ListRequest(order: .keyBytes, links: .keep))
        #expect(page.entries.filter { $0.key == ObjectKey("link.rclonelink") }.count == 1)
        #expect(page.issues.map(\.severity) == [.entryFailure])
    }
}
