// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization

@testable import SyncEngine

/// A wall clock that moves when it is told to.
final class WallClock: Sendable {
    private let seconds = Mutex<Int64>(1_700_000_000)

    var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
    func advance(_ by: Int64) { seconds.withLock { $0 += by } }
}

/// A state's files in a directory of their own.
final class StatePlace: Sendable {
    let directory: TemporaryDirectory
    let clock = WallClock()

    init() throws { directory = try TemporaryDirectory() }

    var path: String { directory("pair") }
    var log: String { path + ".log" }

    func options(maxBytes: Int64 = .max) -> StateOptions {
        StateOptions(path: path, maxBytes: maxBytes) { [clock] in clock.now }
    }

    /// A memory backend that plays a directory whose files are told apart as a file system's are.
    func files(_ configure: (inout MemoryOptions) -> Void = { _ in }) -> MemoryBackend {
        directoryOfFiles { options in
            options.now = { [clock] in clock.now }
            configure(&options)
        }
    }

    /// A memory backend that plays a bucket with this clock.
    func objects(
        orders: [ListingOrder] = [.keyBytes], _ configure: (inout MemoryOptions) -> Void = { _ in }
    ) -> MemoryBackend {
        bucket(orders: orders) { options in
            options.now = { [clock] in clock.now }
            configure(&options)
        }
    }

    private func directoryOfFiles(_ configure: (inout MemoryOptions) -> Void) -> MemoryBackend {
        SyncEngineTests.directory { options in
            options.givesFileIdentities = true
            configure(&options)
        }
    }
}

extension StateHeader {
    /// Rules of a run for tests.
    static func sample(_ order: ListingOrder = .keyBytes, window: UInt64 = 1, begun: Int64 = 1000) -> StateHeader {
        StateHeader(order: order, window: window, begun: Timestamp(seconds: begun))
    }
}

/// A record as tests compare it.
struct KeptRecord: Hashable, CustomStringConvertible {
    var key: [UInt8]
    var proof: [UInt8]

    init(_ key: String, _ proof: String) { self.init(Array(key.utf8), Array(proof.utf8)) }

    init(_ key: [UInt8], _ proof: [UInt8]) {
        self.key = key
        self.proof = proof
    }

    var description: String { "\(String(decoding: key, as: UTF8.self))=\(proof.count)" }
}

extension StateWriter {
    func append(_ kept: KeptRecord) throws(StorageError) {
        let added = kept.key.withUnsafeBytes { key in
            kept.proof.withUnsafeBytes { proof in
                Result { () throws(StorageError) in try append(key, proof) }
            }
        }
        try added.get()
    }
}

extension RecordStream {
    /// All records to the end.
    func rest() throws -> [KeptRecord] {
        var all: [KeptRecord] = []
        while hasRecord {
            all.append(withRecord { KeptRecord(Array($0), Array($1)) })
            try advance()
        }
        return all
    }
}

/// Files of state, written and read whole.
enum StateFiles {
    /// Writes a base of `records`.
    static func write(_ records: [KeptRecord], to path: String, _ header: StateHeader = .sample()) throws {
        let writer = try StateWriter(try NamedFile.writable(path, emptied: true), header)
        for record in records { try writer.append(record) }
        try writer.finish()
    }

    /// Appends one run's `batches` to a log.
    static func log(_ batches: [[KeptRecord]], to path: String, _ header: StateHeader = .sample()) throws {
        let file = try NamedFile.writable(path)
        let writer = try StateWriter(file, at: file.size, header)
        for batch in batches {
            for record in batch { try writer.append(record) }
            try writer.flush()
        }
    }

    /// The records of the base, and whether it was damaged.
    static func read(_ path: String, _ header: StateHeader = .sample()) throws -> (
        records: [KeptRecord], isDamaged: Bool
    ) {
        guard let file = NamedFile.existing(path) else { return ([], false) }
        let damage = Mutex(false)
        let base = StateBase.open(file, for: header) { damage.withLock { $0 = true } }
        let records = try base?.rest() ?? []
        return (records, damage.withLock { $0 })
    }

    /// The records of the log in order, and how many of its bytes are good.
    static func readLog(_ path: String, _ header: StateHeader = .sample()) throws -> (
        records: [KeptRecord], size: Int64
    ) {
        guard let file = NamedFile.existing(path) else { return ([], 0) }
        var reading = try StateLog.read(file, for: header, directory: "/tmp")
        return (try reading.sorter.sorted().rest(), reading.size)
    }

    /// `count` records with keys of a tree, sorted.
    static func sample(_ count: Int, _ order: ListingOrder, _ random: inout SeededRandom) -> [KeptRecord] {
        Trees.keys(count, &random).sorted { order.compare($0, $1) < 0 }.map { key in
            KeptRecord(key.bytes.array, random.bytes(Int.random(in: 1...60, using: &random)))
        }
    }
}
