// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
package import StorageModel

/// Random operations on a backend and on the oracle, which must agree after each few.
package struct RandomOperations {
    private let backend: any Backend
    private let oracle: MemoryBackend
    private let keys: [ObjectKey]
    private let seed: UInt64
    private var random: SeededRandom

    package init(_ backend: any Backend, seed: UInt64, tolerance: KeyTolerance) {
        self.backend = backend
        self.seed = seed
        random = SeededRandom(seed: seed)
        var options = MemoryOptions()
        options.keyBytesMax = nil
        oracle = MemoryBackend(options: options)
        keys = SeededTree(seed: seed, count: 40, tolerance: tolerance, depth: 3).objects.map(\.key)
    }

    package mutating func run(_ count: Int) async throws {
        for step in 1...count {
            do {
                try await perform()
                if step % 25 == 0 || step == count { try await compare() }
            } catch {
                throw CheckFailure("seed \(seed), step \(step): \(error)")
            }
        }
    }

    private mutating func perform() async throws {
        guard let key = keys.randomElement(using: &random) else { return }
        let content = random.bytes(Int.random(in: 0..<3000, using: &random))
        let time = Timestamp(
            seconds: Int64.random(in: 0..<2_000_000_000, using: &random),
            nanoseconds: UInt32.random(in: 0..<1_000_000_000, using: &random))
        var options = WriteOptions(modified: time)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4:
            if random.chance(20) { options.precondition = .absent }
            try await both("write \(key)") { backend in try await backend.put(content, at: key, options).size }
        case 4:
            let parts = Int.random(in: 1...4, using: &random)
            let order = (1...parts).shuffled(using: &random)
            let aborts = random.chance(30)
            try await both("upload \(key)") { backend in
                try await Self.upload(content, parts: parts, order, aborts: aborts, to: key, options, backend)
            }
        case 5..<7:
            try await both("delete \(key)") { backend in
                try await backend.delete([Deletion(key: key)]).map { $0.error?.kind }
            }
        case 7:
            try await both("set the time of \(key)") { backend in
                try await backend.setModified(time, of: try await backend.stat(key, version: nil))
                return true
            }
        case 8:
            let start = Int64.random(in: 0..<2000, using: &random)
            try await both("read \(key)") { backend in
                let buffer = PartBuffer(capacity: 500)
                _ = try await backend.read(key, ReadOptions(range: start..<start + 500), into: buffer)
                return buffer.array
            }
        default:
            try await both("stat \(key)") { backend in try await backend.stat(key, version: nil).modified }
        }
    }

    /// Does the same to both; they must give the same, or fail alike.
    private func both<R: Equatable & Sendable>(
        _ what: String, _ body: (any Backend) async throws -> R
    ) async throws {
        func outcome(_ backend: any Backend) async throws -> (R?, StorageError.Kind?) {
            do { return (try await body(backend), nil) } catch let error as StorageError { return (nil, error.kind) }
        }
        let (got, wanted) = (try await outcome(backend), try await outcome(oracle))
        try expect(got == wanted, "\(what): got \(got), wanted \(wanted)")
    }

    private static func upload(
        _ content: [UInt8], parts: Int, _ order: [Int], aborts: Bool, to key: ObjectKey, _ options: WriteOptions,
        _ backend: any Backend
    ) async throws -> Int64 {
        let partSize = max((content.count + parts - 1) / parts, 1)
        let session = try await backend.beginUpload(
            to: key, size: Int64(content.count), partSize: Int64(partSize), options)
        var receipts = [PartReceipt]()
        for number in order {
            let start = min((number - 1) * partSize, content.count)
            let bytes = Array(content[start..<min(start + partSize, content.count)])
            if bytes.isEmpty, number > 1 { continue }
            receipts.append(try await session.upload(number, at: Int64(start), PartBuffer(bytes)))
        }
        if aborts {
            try await session.abort()
            return -1
        }
        return try await session.complete(receipts.sorted { $0.number < $1.number }, expected: nil).size
    }

    /// Both must hold the same objects, in every order and under some prefix and after some key.
    private mutating func compare() async throws {
        let shows = backend.capabilities.listsModified
        for order in backend.capabilities.listingOrders where order != .unordered {
            var request = ListRequest(order: order)
            for round in 0..<3 {
                if round == 1 { request.after = keys.randomElement(using: &random) }
                if round == 2, let key = keys.randomElement(using: &random) {
                    request.prefix = ObjectKey(key.bytes.prefix(Int.random(in: 0...key.bytes.count, using: &random)))
                }
                func state(_ page: ListingPage) -> [String] {
                    page.entries.map { "\($0.key) \($0.size) \(shows ? $0.modified?.decimal ?? "-" : "")" }
                }
                let got = try await backend.everything(request)
                let wanted = try await oracle.everything(request)
                try expect(got.issues.isEmpty, "issues: \(got.issues.map(\.error.description))")
                try expectEqual(state(got), state(wanted), "the listing in \(order) of \(request)")
            }
        }
        for entry in try await oracle.entries() {
            try expect(
                try await backend.get(entry.key) == (try await oracle.get(entry.key)), "content of \(entry.key)")
        }
    }
}
