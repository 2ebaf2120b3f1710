// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import StorageTestKit
import SyncEngine
import Synchronization

@testable import JournalStore

/// A journal in a directory of its own, with a clock that the test moves and a list of the warnings.
final class JournalFixture: Sendable {
    let directory: TemporaryDirectory
    private let clock = Mutex(Timestamp(seconds: 1_700_000_000))
    private let told = Mutex<[String]>([])

    init() throws { directory = try TemporaryDirectory() }

    var state: String { directory("state/godwit") }
    var database: String { state + "/journal.sqlite" }
    var warnings: [String] { told.withLock { $0 } }

    func advance(seconds: Int64) {
        clock.withLock { $0 = Timestamp(seconds: $0.seconds + seconds, nanoseconds: $0.nanoseconds) }
    }

    func open(in directory: String? = nil) throws(StorageError) -> JournalStore {
        try JournalStore(
            in: directory ?? state, now: { [self] in clock.withLock { $0 } },
            warn: { [self] text in told.withLock { $0.append(text) } })
    }

    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: state)) ?? []).sorted()
    }
}

extension RunDescription {
    static func test(
        _ id: String, source: String = "file:/src", target: String = "s3:bucket/", arguments: [String]? = ["a", "b"]
    ) -> RunDescription {
        RunDescription(
            id: id, command: "sync", arguments: arguments, source: "./src", target: "store:bucket",
            sourceIdentity: source, targetIdentity: target, optionsFingerprint: "f",
            started: Timestamp(seconds: 1_700_000_000, nanoseconds: 5))
    }
}

extension ProcessIdentity {
    /// A process of this machine that has ended: no number is that high.
    static var dead: ProcessIdentity {
        var identity = ProcessIdentity.current
        identity.number = .max
        return identity
    }
}

extension JournalPages {
    func all() async throws -> [Element] {
        var all: [Element] = []
        while let page = try await next() { all += page }
        return all
    }
}

extension JournaledUpload {
    static func test(_ key: String, size: Int64 = 30 << 20) -> JournaledUpload {
        JournaledUpload(
            key: ObjectKey(key), begun: Timestamp(seconds: 0), partSize: 8 << 20,
            source: Entry(key: ObjectKey("src/" + key), size: size, modified: Timestamp(seconds: 9)))
    }
}

extension JournaledPart {
    static func test(_ number: Int) -> JournaledPart {
        JournaledPart(
            receipt: PartReceipt(
                number: number, size: 8 << 20, tag: VersionTag("tag\(number)"),
                checksums: [Checksum(.crc32, [1, 2, 3, UInt8(truncatingIfNeeded: number)])]),
            digest: [UInt8(truncatingIfNeeded: number)], content: number % 2 == 0 ? [7, 8] : nil)
    }
}
