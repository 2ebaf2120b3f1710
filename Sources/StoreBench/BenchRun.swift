// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Measures what a store does from here: how long its answers take, how much more it does when more is asked at once,
/// and where it refuses.
///
/// The backend should neither try again nor hold back: what is measured is the store.
public struct BenchRun: Sendable {
    /// Twice as many at once are measured as long as they bring so much more.
    private static let gain = 1.05
    /// Objects of one size that are written by one kind of call, and their bytes, at the most: they have to be deleted.
    private static let objectsMax = 20_000
    private static let bytesMax: Int64 = 2 << 30

    let backend: any Backend
    let plan: BenchPlan
    let directory: BenchDirectory
    private let tell: @Sendable (Measurement) -> Void

    /// - Parameters:
    ///   - directory: Where everything is written.
    ///   - tell: Hears of each measurement as soon as it is made.
    public init(
        _ backend: any Backend, in directory: BenchDirectory, _ plan: BenchPlan,
        tell: @escaping @Sendable (Measurement) -> Void
    ) {
        self.backend = backend
        self.directory = directory
        self.plan = plan
        self.tell = tell
    }

    /// All measurements of the plan; the directory is emptied in the end. What fails every time is a measurement with
    /// its failure, and the others go on.
    /// - Throws: What kept even the first object from being written; what could not be removed.
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
            try await climb(.put, size, writes: true, &measurements) { writer(objects, content) }
            let written = objects.all
            guard !written.isEmpty else { continue }
            try await climb(.get, size, &measurements) { reader(written, size) }
            if capabilities.serverSideCopyMax ?? -1 >= size {
                let copies = BenchObjects(prefix: ObjectKey("copies-\(size)/").prefixed(by: directory.key))
                try await climb(.copy, size, writes: true, &measurements) { copier(written, copies) }
            }
            if index == 0 { try await climb(.list, 0, &measurements) { lister(written) } }
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
        objects.add(try await backend.write(BenchContent.buffer(size), to: key, WriteOptions()))
        let backend = backend
        try await record(Measurement(.stat, 1), &measurements) { (blank) async throws(StorageError) in
            try await meter.measure(blank) {
                { (_) async throws(StorageError) in
                    _ = try await backend.stat(key, version: nil)
                    return Meter.Yield()
                }
            }
        }
    }

    /// Measures at rising numbers of calls at once, until more bring no more twice in a row, something fails every time,
    /// the store refuses some, or what may be written is.
    private func climb(
        _ operation: Measurement.Operation, _ size: Int64, writes: Bool = false,
        _ measurements: inout [Measurement], _ worker: @escaping @Sendable () -> Meter.Work
    ) async throws(StorageError) {
        var best = 0.0, idle = 0
        var left = writes ? min(Self.objectsMax, max(Int(Self.bytesMax / max(size, 1)), 1)) : .max
        for concurrency in plan.concurrencies(size: size) where left > 0 {
            let measurement = try await record(
                Measurement(operation, size: size, concurrency), &measurements
            ) { (blank) async throws(StorageError) in
                // Connections are made before, where a call is short against that.
                if size <= 1 << 20 { _ = try await meter.measure(blank, callsMax: concurrency, worker) }
                return try await meter.measure(blank, callsMax: left, worker)
            }
            if writes { left -= measurement.calls }
            idle = measurement.callRate > best * Self.gain ? 0 : idle + 1
            best = max(best, measurement.callRate)
            if idle == 2 || measurement.refusals > 0 || measurement.calls == 0 { return }
        }
    }

    /// Makes a measurement and tells of it, also of one in which everything failed.
    @discardableResult
    func record(
        _ blank: Measurement, _ measurements: inout [Measurement],
        _ body: (Measurement) async throws(StorageError) -> Measurement
    ) async throws(StorageError) -> Measurement {
        var measurement = blank
        do throws(StorageError) {
            measurement = try await body(blank)
        } catch {
            if error.kind == .cancelled { throw error }
            measurement.fail(error)
        }
        measurements.append(measurement)
        tell(measurement)
        return measurement
    }

    var meter: Meter { Meter(executor: backend.preferredExecutor, duration: plan.duration) }
}
