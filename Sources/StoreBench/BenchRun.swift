// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Measures what a store does from here: how long its answers take, how much more it does when more is asked at once,
/// and where it refuses.
///
/// The backend should neither try again nor hold back: what is measured is the store.
public struct BenchRun: Sendable {
    /// Twice as many at once are measured as long as they bring so much more.
    private static let gain = 1.05
    /// Objects of one size, at the most: what is written has to be deleted.
    private static let objectsMax = 20_000
    /// Bytes of objects of one size.
    private static let bytesMax: Int64 = 2 << 30

    private let backend: any Backend
    private let plan: BenchPlan
    private let tell: @Sendable (Measurement) -> Void
    private let directory: BenchDirectory

    /// - Parameter tell: Hears of each measurement as soon as it is made.
    public init(
        _ backend: any Backend, under prefix: ObjectKey, _ plan: BenchPlan,
        tell: @escaping @Sendable (Measurement) -> Void
    ) {
        self.backend = backend
        self.plan = plan
        self.tell = tell
        directory = BenchDirectory(backend, under: prefix)
    }

    /// All measurements of the plan. Everything is written under a directory of its own, which is emptied in the end.
    /// - Throws: What kept every call of a kind from succeeding; what could not be removed.
    public func run() async throws(StorageError) -> [Measurement] {
        try await directory.emptied { () async throws(StorageError) in
            var measurements: [Measurement] = []
            try await measure(&measurements)
            return measurements
        }
    }

    private func measure(_ measurements: inout [Measurement]) async throws(StorageError) {
        let capabilities = backend.capabilities
        let sizes = plan.sizes.filter { $0 <= capabilities.singleWriteMax }
        for (index, size) in sizes.enumerated() {
            let objects = BenchObjects(prefix: ObjectKey("\(size)/").prefixed(by: directory.key))
            if index == 0 { try await measureStat(objects, size, &measurements) }
            let content = BenchContent.buffer(size)
            try await climb(.put, size, &measurements) { writer(objects, content) }
            let written = objects.all
            guard !written.isEmpty else { continue }
            try await climb(.get, size, &measurements) { reader(written, size) }
            if capabilities.serverSideCopyMax ?? -1 >= size {
                let copies = BenchObjects(prefix: ObjectKey("copies-\(size)/").prefixed(by: directory.key))
                try await climb(.copy, size, &measurements) { copier(written, copies) }
            }
            if index == 0 { try await climb(.list, 0, &measurements) { lister(written, objects) } }
            // Large objects are not left lying about any longer than they serve.
            if size > 1 << 20 { try await directory.empty() }
        }
        try await measureParts(&measurements)
    }

    /// One call at a time: what a round trip takes.
    private func measureStat(
        _ objects: BenchObjects, _ size: Int64, _ measurements: inout [Measurement]
    ) async throws(StorageError) {
        let key = objects.newKey()
        let entry = try await backend.write(BenchContent.buffer(size), to: key, WriteOptions())
        objects.add(entry)
        let (backend, meter) = (backend, meter)
        var measurement = try await meter.measure(1) {
            { (_) async throws(StorageError) in
                _ = try await backend.stat(key, version: nil)
                return Meter.Yield()
            }
        }
        measurement.operation = .stat
        record(measurement, &measurements)
    }

    /// Measures at rising numbers of calls at once, until more bring no more twice in a row, or the store refuses some.
    private func climb(
        _ operation: Measurement.Operation, _ size: Int64, _ measurements: inout [Measurement],
        _ worker: @escaping @Sendable () -> Meter.Work
    ) async throws(StorageError) {
        var best = 0.0, idle = 0
        let callsMax = max(Int(Self.bytesMax / max(size, 1)), 1)
        for concurrency in plan.concurrencies(size: size) {
            // Connections are made before, where a call is short against that.
            if size <= 1 << 20 { _ = try await meter.measure(concurrency, callsMax: concurrency, worker) }
            let limit = operation == .get || operation == .list ? .max : min(callsMax, Self.objectsMax / 4)
            var measurement = try await meter.measure(concurrency, callsMax: limit, worker)
            measurement.operation = operation
            measurement.size = size
            record(measurement, &measurements)
            idle = measurement.callRate > best * Self.gain ? 0 : idle + 1
            best = max(best, measurement.callRate)
            if idle == 2 || measurement.refusals > 0 { return }
        }
    }

    private func record(_ measurement: Measurement, _ measurements: inout [Measurement]) {
        measurements.append(measurement)
        tell(measurement)
    }

    private var meter: Meter { Meter(executor: backend.preferredExecutor, duration: plan.duration) }
}

// The calls.
extension BenchRun {
    private func writer(_ objects: BenchObjects, _ content: PartBuffer) -> Meter.Work {
        let backend = backend
        return { (_) async throws(StorageError) in
            objects.add(try await backend.write(content, to: objects.newKey(), WriteOptions()))
            return Meter.Yield(bytes: Int64(content.count))
        }
    }

    private func reader(_ written: [Entry], _ size: Int64) -> Meter.Work {
        let (backend, buffer) = (backend, PartBuffer(capacity: Int(size)))
        return { (index) async throws(StorageError) in
            buffer.reset()
            _ = try await backend.read(written[index % written.count].key, ReadOptions(), into: buffer)
            return Meter.Yield(bytes: Int64(buffer.count))
        }
    }

    private func copier(_ written: [Entry], _ copies: BenchObjects) -> Meter.Work {
        let (backend, container) = (backend, backend.identity.container)
        return { (index) async throws(StorageError) in
            let source = written[index % written.count]
            _ = try await backend.copy(
                CopySource(container: container, entry: source), to: copies.newKey(), WriteOptions())
            return Meter.Yield(bytes: source.size)
        }
    }

    /// Pages that begin anywhere among what was written.
    private func lister(_ written: [Entry], _ objects: BenchObjects) -> Meter.Work {
        let (backend, directory) = (backend, directory)
        return { (index) async throws(StorageError) in
            var request = ListRequest(prefix: directory.key, order: backend.capabilities.listingOrders[0])
            // A prime steps through all of them in an order of no use to a cache.
            request.after = written[index &* 7919 % written.count].key
            let page = try await backend.list(request).next()
            return Meter.Yield(entries: page?.entries.count ?? 0)
        }
    }
}

// One large object, its parts side by side.
extension BenchRun {
    private static let partsAtOnce = [1, 2, 4, 8, 16]

    private func measureParts(_ measurements: inout [Measurement]) async throws(StorageError) {
        guard let limits = backend.capabilities.multipart, plan.partedSize > 0 else { return }
        let key = ObjectKey("parts").prefixed(by: directory.key)
        for partSize in plan.partSizes where partSize >= limits.partMin && partSize <= plan.partedSize {
            for count in Self.partsAtOnce where Int64(count) * partSize <= min(plan.memoryMax, plan.partedSize) {
                var up = try await upload(key, partSize, count)
                (up.operation, up.size, up.partSize) = (.putParts, plan.partedSize, partSize)
                record(up, &measurements)
                var down = try await download(key, partSize, count)
                (down.operation, down.size, down.partSize) = (.getParts, plan.partedSize, partSize)
                record(down, &measurements)
            }
        }
    }

    private func ranges(_ partSize: Int64) -> [Range<Int64>] {
        stride(from: 0, to: plan.partedSize, by: Int(partSize)).map { $0..<min($0 + partSize, plan.partedSize) }
    }

    /// As many objects as fit the time, at least one.
    private func upload(_ key: ObjectKey, _ partSize: Int64, _ count: Int) async throws(StorageError) -> Measurement {
        let ranges = ranges(partSize)
        let whole = BenchContent.buffer(partSize)
        let last = BenchContent.buffer(ranges.last.map { $0.upperBound - $0.lowerBound } ?? partSize)
        let clock = ContinuousClock(), start = clock.now
        var sum: Measurement?
        repeat {
            let one = try await uploadOnce(key, partSize, count) { $0 == ranges.count - 1 ? last : whole }
            sum = sum?.with(one) ?? one
        } while clock.now - start < plan.duration
        guard var measurement = sum else { preconditionFailure("it runs at least once") }
        measurement.seconds = (clock.now - start) / .seconds(1)
        return measurement
    }

    private func uploadOnce(
        _ key: ObjectKey, _ partSize: Int64, _ count: Int, _ content: @escaping @Sendable (Int) -> PartBuffer
    ) async throws(StorageError) -> Measurement {
        let session = try await backend.beginUpload(
            to: key, size: plan.partedSize, partSize: partSize, WriteOptions())
        let ranges = ranges(partSize), receipts = PartReceipts()
        do throws(StorageError) {
            // As long as it takes: an object is complete with all its parts.
            let unlimited = Meter(executor: backend.preferredExecutor, duration: .seconds(86_400))
            let measurement = try await unlimited.measure(count, callsMax: ranges.count) {
                { (index) async throws(StorageError) in
                    let part = content(index)
                    receipts.add(try await session.upload(index + 1, at: ranges[index].lowerBound, part))
                    return Meter.Yield(bytes: Int64(part.count))
                }
            }
            guard measurement.calls == ranges.count else {
                throw measurement.failure
                    ?? StorageError(
                        .rateLimited, during: .upload, at: backend.identity.container, key: key,
                        message: "the store refused \(measurement.refusals) of \(ranges.count) parts")
            }
            _ = try await session.complete(receipts.sorted, expected: nil)
            return measurement
        } catch {
            // A task of its own: this one may be cancelled, and the abort must still be sent.
            await Task { try? await session.abort() }.value
            throw error
        }
    }

    private func download(_ key: ObjectKey, _ partSize: Int64, _ count: Int) async throws(StorageError) -> Measurement {
        let (backend, ranges) = (backend, ranges(partSize))
        return try await meter.measure(count) {
            let buffer = PartBuffer(capacity: Int(partSize))
            return { (index) async throws(StorageError) in
                buffer.reset()
                _ = try await backend.read(key, ReadOptions(range: ranges[index % ranges.count]), into: buffer)
                return Meter.Yield(bytes: Int64(buffer.count))
            }
        }
    }
}
