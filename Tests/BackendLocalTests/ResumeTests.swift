// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import BackendLocal

/// Uploads that an earlier process left.
@Suite struct ResumeTests {
    private let directory: TemporaryDirectory
    private let files = FileManager.default
    private let key = ObjectKey("d/big")
    private let content = Array("0123456789abcdefXYZ".utf8)

    init() throws { directory = try TemporaryDirectory() }

    private func open(_ run: String) -> LocalBackend {
        LocalBackend(root: directory("root"), options: LocalOptions(run: run))
    }

    private func part(_ number: Int) -> PartBuffer {
        PartBuffer(Array(content.dropFirst(number * 8 - 8).prefix(8)))
    }

    /// An upload of which the second part is written, left behind.
    private func left() async throws -> (token: String, part: PartReceipt) {
        let session = try await open("dead").beginUpload(to: key, size: 19, partSize: 8, WriteOptions())
        let receipt = try await session.upload(2, at: 8, part(2))
        await session.suspend()
        return (session.token, receipt)
    }

    private func resume(
        _ token: String, to other: ObjectKey? = nil, size: Int64 = 19
    ) async throws -> any UploadSession {
        try await open("next").resumeUpload(token, to: other ?? key, size: size, partSize: 8, WriteOptions())
    }

    @Test func everyPartHasItsChecksum() async throws {
        #expect(try await left().part.checksums == [Digest.checksum(of: part(2), .crc64nvme)])
    }

    @Test func whatWasLeftStaysAndGoesOn() async throws {
        let (token, receipt) = try await left()
        #expect(files.fileExists(atPath: directory("root/\(token)")))
        let found = try await open("next").unfinishedUploads(under: .root)
        #expect(found.map(\.token) == [token])
        #expect(found.map(\.run) == ["dead"])
        let session = try await resume(token)
        #expect(try await session.verified([receipt]) == [receipt])
        let first = try await session.upload(1, at: 0, part(1))
        let third = try await session.upload(3, at: 16, part(3))
        #expect(!files.fileExists(atPath: directory("root/d/big")))
        let whole = Digest.checksum(of: content, .sha256)
        _ = try await session.complete([first, receipt, third], expected: whole)
        #expect(try await open("next").get(key) == content)
        #expect(try files.contentsOfDirectory(atPath: directory("root/d")) == ["big"])
    }

    @Test func damagedBytesDoNotCount() async throws {
        let (token, receipt) = try await left()
        let handle = try #require(FileHandle(forUpdatingAtPath: directory("root/\(token)")))
        try handle.seek(toOffset: 12)
        try handle.write(contentsOf: Data([0]))
        try handle.close()
        let session = try await resume(token)
        #expect(try await session.verified([receipt]).isEmpty)
        let error = await #expect(throws: StorageError.self) {
            try await session.complete([receipt], expected: nil)
        }
        #expect(error?.kind == .unexpected)
    }

    @Test func receiptsThatCannotBeOfThisUpload() async throws {
        let (token, receipt) = try await left()
        let session = try await resume(token)
        var receipts = [Int.min, -1, 0, 1, 3, 4, Int.max].map { number in
            PartReceipt(number: number, size: receipt.size, checksums: receipt.checksums)
        }
        receipts += [Int64.min, -8, 0, 7, 9, .max].map { size in
            PartReceipt(number: 2, size: size, checksums: receipt.checksums)
        }
        receipts.append(PartReceipt(number: 2, size: 8))
        receipts.append(PartReceipt(number: 2, size: 8, checksums: receipt.checksums + receipt.checksums))
        receipts.append(PartReceipt(number: 2, size: 8, checksums: [Digest.checksum(of: part(2), .md5)]))
        #expect(try await session.verified(receipts).isEmpty)
        #expect(try await session.verified(receipts + [receipt, receipt]) == [receipt])
    }

    @Test func aFileThatIsTooShortOrTooLong() async throws {
        let (token, receipt) = try await left()
        #expect(truncate(directory("root/\(token)"), 15) == 0)
        let short = try await resume(token)
        #expect(try await short.verified([receipt]).isEmpty)
        let parts = [
            try await short.upload(1, at: 0, part(1)), try await short.upload(2, at: 8, part(2)),
            try await short.upload(3, at: 16, part(3)),
        ]
        await short.suspend()
        let handle = try #require(FileHandle(forWritingAtPath: directory("root/\(token)")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(repeating: 1, count: 100))
        try handle.close()
        let long = try await resume(token)
        #expect(try await long.verified(parts) == parts)
        _ = try await long.complete(parts, expected: nil)
        #expect(try await open("next").get(key) == content)
    }

    @Test func onlyWhatAnUploadCanHaveLeftIsOpened() async throws {
        let (token, _) = try await left()
        let name = String(token.dropFirst("d/".count))
        try files.createDirectory(atPath: directory("root/e"), withIntermediateDirectories: false)
        let outside = directory("secret.partial")
        #expect(files.createFile(atPath: outside, contents: Data(content)))
        #expect(files.createFile(atPath: directory("root/d/mine"), contents: Data(content)))
        #expect(files.createFile(atPath: directory(".godwit-out-1.partial"), contents: Data(content)))
        #expect(mkfifo(directory("root/d/.godwit-pipe-1.partial"), 0o600) == 0)
        try files.createDirectory(
            atPath: directory("root/d/.godwit-dir-1.partial"), withIntermediateDirectories: false)
        try files.createSymbolicLink(
            atPath: directory("root/d/.godwit-link-1.partial"), withDestinationPath: outside)
        try files.createSymbolicLink(
            atPath: directory("root/d/.godwit-near-1.partial"), withDestinationPath: name)
        #expect(files.createFile(atPath: directory("root/d/.godwit-two-1.partial"), contents: Data(content)))
        try files.linkItem(
            atPath: directory("root/d/.godwit-two-1.partial"), toPath: directory("root/d/.godwit-two-2.partial"))
        let tokens = [
            "", "/", "d", "d/", "d/big", "d/mine", "mine", name, "/" + token, "./" + token, "d/./" + name, "d//" + name,
            "e/../" + token, "d/../../.godwit-out-1.partial", "../.godwit-out-1.partial", token + "/", token + "\0",
            directory("root/") + token, "d/.godwit-none-1.partial", "d/.godwit-pipe-1.partial",
            "d/.godwit-dir-1.partial", "d/.godwit-link-1.partial", "d/.godwit-near-1.partial",
            "d/.godwit-two-1.partial", String(repeating: "d/", count: 100_000) + name,
        ]
        for token in tokens {
            let error = await #expect(throws: StorageError.self, "\(token.prefix(80))") { try await resume(token) }
            #expect(error?.kind == .notFound, "\(token.prefix(80))")
        }
        let error = await #expect(throws: StorageError.self) { try await resume(token, to: ObjectKey("e/big")) }
        #expect(error?.kind == .notFound)
        let gone = await #expect(throws: StorageError.self) {
            try await LocalBackend(root: directory("none")).resumeUpload(
                token, to: key, size: 19, partSize: 8, WriteOptions())
        }
        #expect(gone?.kind == .notFound)
        #expect(try Data(contentsOf: URL(fileURLWithPath: outside)) == Data(content))
        _ = try await resume(token)
    }

    @Test(.enabled(if: geteuid() == 0)) func aFileOfSomeoneElseIsNotTakenUp() async throws {
        let (token, _) = try await left()
        #expect(chown(directory("root/\(token)"), 1, 1) == 0)
        let error = await #expect(throws: StorageError.self) { try await resume(token) }
        #expect(error?.kind == .notFound)
    }

    @Test func givingUpRemovesOnlyTemporaryFiles() async throws {
        let (token, _) = try await left()
        #expect(files.createFile(atPath: directory("root/d/mine"), contents: Data(content)))
        #expect(files.createFile(atPath: directory(".godwit-out-1.partial"), contents: Data(content)))
        for token in ["d/mine", "../.godwit-out-1.partial", "d/../../.godwit-out-1.partial", "", "d/"] {
            await #expect(throws: StorageError.self, "\(token)") {
                try await open("next").abort(UnfinishedUpload(key: key, token: token, begun: nil))
            }
        }
        try await open("next").abort(UnfinishedUpload(key: key, token: "d/big", begun: nil))
        #expect(files.fileExists(atPath: directory(".godwit-out-1.partial")))
        try await open("next").abort(UnfinishedUpload(key: key, token: token, begun: nil))
        try await open("next").abort(UnfinishedUpload(key: key, token: token, begun: nil))
        #expect(try files.contentsOfDirectory(atPath: directory("root/d")) == ["mine"])
    }

    @Test func aNameThatIsTakenIsPassedOver() async throws {
        let (token, _) = try await left()
        let session = try await open("dead").beginUpload(to: key, size: 19, partSize: 8, WriteOptions())
        #expect(session.token != token)
        try await session.abort()
        #expect(files.fileExists(atPath: directory("root/\(token)")))
    }

    @Test func partsUnderWayEndBeforeTheFileIsLeft() async throws {
        let session = try await open("dead").beginUpload(
            to: key, size: 64 << 20, partSize: 8 << 20, WriteOptions())
        let bytes = PartBuffer([UInt8](repeating: 7, count: 8 << 20))
        let receipts = try await withThrowingTaskGroup(of: PartReceipt?.self) { group in
            for number in 1...8 {
                group.addTask {
                    do {
                        return try await session.upload(number, at: Int64(number - 1) << 23, bytes)
                    } catch let error as StorageError where error.kind == .notFound {
                        return nil
                    }
                }
            }
            group.addTask {
                await session.suspend()
                return nil
            }
            return try await group.reduce(into: [PartReceipt]()) { if let receipt = $1 { $0.append(receipt) } }
        }
        let next = try await open("next").resumeUpload(
            session.token, to: key, size: 64 << 20, partSize: 8 << 20, WriteOptions())
        #expect(try await next.verified(receipts) == receipts)
        let error = await #expect(throws: StorageError.self) { try await session.verified(receipts) }
        #expect(error?.kind == .notFound)
    }
}
