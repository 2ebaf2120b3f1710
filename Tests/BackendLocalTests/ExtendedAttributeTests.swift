// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import BackendLocal

/// What objects carry, as extended attributes of their files.
@Suite struct ExtendedAttributeTests {
    private let directory: TemporaryDirectory
    private let key = ObjectKey("d/a")

    init() throws { directory = try TemporaryDirectory() }

    private func backend(_ configure: (inout LocalOptions) -> Void = { _ in }) -> LocalBackend {
        var options = LocalOptions(run: "testrun")
        configure(&options)
        return LocalBackend(root: directory.path, options: options)
    }

    private static var full: ObjectMetadata {
        var metadata = ObjectMetadata(
            contentType: "text/x",
            user: [
                .init(name: "a", value: "b é"), .init(name: "content-type", value: "mine"),
                .init(name: "godwit.x", value: "y"),
            ])
        metadata.cacheControl = "no-cache"
        metadata.contentDisposition = "attachment"
        metadata.contentEncoding = "gzip"
        metadata.contentLanguage = "de"
        metadata.expires = "Tue, 01 Jan 2030 00:00:00 GMT"
        metadata.websiteRedirect = "/there"
        metadata.tags = [.init(name: "k 1", value: ""), .init(name: "l", value: "=&")]
        metadata.lock = ObjectLock(
            mode: .compliance, retainUntil: Timestamp(seconds: 4_000_000_000, nanoseconds: 5), hasLegalHold: true)
        metadata.access = AccessList(grants: [
            .init(.group("http://acs.amazonaws.com/groups/global/AllUsers"), "READ"),
            .init(.account("0123abc"), "FULL_CONTROL"),
        ])
        return metadata
    }

    /// Nobody is given what a damaged list does not say as a whole.
    @Test(arguments: [
        "READ group", "READ user x", "OWN group x", "READ group a\"b", "READ group a b", "READ account x\nREAD", "READ",
    ])
    func aListThatIsNoneIsNone(text: String) { #expect(AccessText.list(text) == nil) }

    @Test(arguments: [false, true]) func whatIsWrittenIsRead(inParts: Bool) async throws {
        let backend = backend(), options = WriteOptions(metadata: Self.full, modified: Timestamp(seconds: 5))
        if inParts {
            let session = try await backend.beginUpload(to: key, size: 1, partSize: 1, options)
            _ = try await session.complete([session.upload(1, at: 0, PartBuffer([1]))], expected: nil)
        } else {
            try await backend.put([1], at: key, options)
        }
        #expect(try await backend.stat(key, version: nil).metadata == Self.full)
        let read = try await backend.read(key, ReadOptions(), into: PartBuffer(capacity: 1))
        #expect(read.metadata == Self.full && read.modified == Timestamp(seconds: 5))
    }

    /// As rclone names them, so that either reads what the other wrote.
    @Test func namesAreRclones() async throws {
        try await backend().put([1], at: key, WriteOptions(metadata: Self.full))
        let path = directory.path + "/d/a"
        func value(_ name: String) -> String? {
            var room = [UInt8](repeating: 0, count: 100)
            let count = godwit_getxattr_at(path, name, &room, room.count)
            return count < 0 ? nil : String(decoding: room[..<count], as: UTF8.self)
        }
        #expect(value("user.a") == "b é" && value("user.content-type") == "text/x")
        #expect(value("user.cache-control") == "no-cache" && value("user.godwit.tag.l") == "=&")
        let file = open(path, O_RDONLY)
        defer { close(file) }
        #expect(godwit_setxattr(file, "user.Other", "z", 1) == 0)
        #expect(godwit_setxattr(file, "user.binary", [0xff, 0xfe], 2) == 0)
        let metadata = try await backend().stat(key, version: nil).metadata
        #expect(metadata?.user.contains(.init(name: "other", value: "z")) == true)
        #expect(metadata?.hiddenCount == 1)
    }

    /// Names are bytes: those that look the same are two, and what follows the dot may be anything. Empty values are values.
    @Test func namesAndValuesAreKeptToTheByte() async throws {
        let user: [ObjectMetadata.UserField] = [
            .init(name: "e\u{301}", value: "two"), .init(name: "empty", value: ""),
            .init(name: "\u{301}x", value: "combining"),
            .init(name: "\u{e9}", value: "one"),
        ]
        try await backend().put([1], at: key, WriteOptions(metadata: ObjectMetadata(user: user)))
        let read = try #require(try await backend().stat(key, version: nil).metadata)
        var sorted = user
        sorted.sortByName()
        #expect(read.user.isSame(as: sorted) && read.hiddenCount == 0)
    }

    /// What the file system does not take fails the file, with a way out, and leaves nothing.
    @Test func whatDoesNotFitIsAnError() async throws {
        let large = ObjectMetadata(user: [.init(name: "large", value: String(repeating: "x", count: 70_000))])
        let error = await #expect(throws: StorageError.self) {
            try await backend().put([1], at: key, WriteOptions(metadata: large))
        }
        #expect(error?.advice == "--no-preserve xattrs leaves that behind")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/d").isEmpty)
        try await backend { $0.keepsAttributes = false }.put([1], at: key, WriteOptions(metadata: large))
    }

    @Test func whatTheNameSaysIsNotKept() async throws {
        let backend = backend { $0.usualType = { $0 == ObjectKey("d/a") ? "text/x" : nil } }
        try await backend.put([1], at: key, WriteOptions(metadata: ObjectMetadata(contentType: "text/x")))
        try await backend.put([1], at: ObjectKey("d/b"), WriteOptions(metadata: ObjectMetadata(contentType: "text/x")))
        #expect(try await backend.stat(key, version: nil).metadata == nil)
        #expect(try await backend.stat(ObjectKey("d/b"), version: nil).metadata?.contentType == "text/x")
    }

    /// A file that is written over in place does not keep what its old content carried.
    @Test func inPlaceTheOldOnesGo() async throws {
        let backend = backend { $0.writesInPlace = true }
        try await backend.put([1], at: key, WriteOptions(metadata: Self.full))
        try await backend.put(
            [2], at: key, WriteOptions(metadata: ObjectMetadata(user: [.init(name: "n", value: "m")])))
        let entry = try await backend.stat(key, version: nil)
        #expect(entry.metadata == ObjectMetadata(user: [.init(name: "n", value: "m")]))
    }

    @Test func withoutThemNothingIsWrittenOrRead() async throws {
        try await backend { $0.keepsAttributes = false }.put([1], at: key, WriteOptions(metadata: Self.full))
        #expect(try await backend().stat(key, version: nil).metadata == nil)
        try await backend().put([1], at: key, WriteOptions(metadata: Self.full))
        #expect(try await backend { $0.keepsAttributes = false }.stat(key, version: nil).metadata == nil)
        #expect(try await backend().keptAttributes(of: .metadata) == .metadata)
        #expect(try await backend { $0.keepsAttributes = false }.keptAttributes(of: .metadata) == [])
    }

    @Test func permissionsTravelAsMetadata() async throws {
        let backend = backend { $0.keepsPermissions = true }
        try await backend.put(
            [1], at: key, WriteOptions(metadata: ObjectMetadata(user: [.init(name: "mode", value: "0100640")])))
        let path = directory.path + "/d/a"
        func mode() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode() == 0o640)
        #expect(chmod(path, 0o4711) == 0)
        let user = try #require(try await backend.stat(key, version: nil).metadata?.user)
        #expect(user.map(\.name) == ["gid", "mode", "uid"])
        #expect(user[1].value == "0104711" && user[2].value == "\(getuid())")
        try await backend.put([1], at: ObjectKey("d/b"), WriteOptions(metadata: ObjectMetadata(user: user)))
        let copy = try FileManager.default.attributesOfItem(atPath: directory.path + "/d/b")
        #expect(copy[.posixPermissions] as? Int == 0o4711)
    }
}
