// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// One large object at a time, its parts side by side.
extension BenchRun {
    private static let partsAtOnce = [1, 2, 4, 8, 16]

    func measureParts(_ measurements: inout [Measurement]) async throws(StorageError) {
        guard let limits = backend.capabilities.multipart, plan.partedSize > 0 else { return }
        let key = ObjectKey("parts").prefixed(by: directory.key)
        for partSize in plan.partSizes where partSize >= limits.partMin && partSize <= plan.partedSize {
            for count in Self.partsAtOnce where Int64(count) * partSize <= min(plan.memoryMax, plan.partedSize) {
                let up = Measurement(.putParts, size: plan.partedSize, partSize: partSize, count)
                let sent = try await record(up, &measurements) { (blank) async throws(StorageError) in
                    try await upload(key, blank, partSize)
                }
                if sent.refusals > 0 || sent.failure != nil { break }
                let down = Measurement(.getParts, size: plan.partedSize, partSize: partSize, count)
                let read = try await record(down, &measurements) { (blank) async throws(StorageError) in
                    try await meter.measure(blank) { reader(key, partSize) }
                }
                if read.refusals > 0 || read.calls == 0 { break }
            }
        }
    }

    private func ranges(_ partSize: Int64) -> [Range<Int64>] {
        stride(from: 0, to: plan.partedSize, by: Int(partSize)).map { $0..<min($0 + partSize, plan.partedSize) }
    }

    /// As many objects as fit the time, at least one. Where the store refuses a part, the object is given up.
    private func upload(
        _ key: ObjectKey, _ blank: Measurement, _ partSize: Int64
    ) async throws(StorageError) -> Measurement {
        let ranges = ranges(partSize)
        let whole = BenchContent.buffer(partSize)
        let last = BenchContent.buffer(ranges.last.map { $0.upperBound - $0.lowerBound } ?? partSize)
        let clock = ContinuousClock(), start = clock.now
        var sum = blank
        repeat {
            sum.add(
                try await uploadOnce(key, blank, partSize, ranges) { $0 == ranges.count - 1 ? last : whole })
        } while sum.refusals == 0 && clock.now - start < plan.duration
        sum.seconds = (clock.now - start) / .seconds(1)
        return sum
    }

    private func uploadOnce(
        _ key: ObjectKey, _ blank: Measurement, _ partSize: Int64, _ ranges: [Range<Int64>],
        _ content: @escaping @Sendable (Int) -> PartBuffer
    ) async throws(StorageError) -> Measurement {
        let session = try await backend.beginUpload(
            to: key, size: plan.partedSize, partSize: partSize, WriteOptions())
        let receipts = PartReceipts()
        do throws(StorageError) {
            // As long as it takes: an object is complete with all its parts.
            let unlimited = Meter(executor: backend.preferredExecutor, duration: .seconds(86_400))
            let measurement = try await unlimited.measure(blank, callsMax: ranges.count) {
                { (index) async throws(StorageError) in
                    let part = content(index)
                    receipts.add(try await session.upload(index + 1, at: ranges[index].lowerBound, part))
                    return Meter.Yield(bytes: Int64(part.count))
                }
            }
            if measurement.calls == ranges.count {
                _ = try await session.complete(receipts.sorted, expected: nil)
            } else {
                if let failure = measurement.failure { throw failure }
                try await session.abort()
            }
            return measurement
        } catch {
            // A task of its own: this one may be cancelled, and the abort must still be sent. Where that fails too, the
            // upload goes with the directory.
            await Task { try? await session.abort() }.value
            throw error
        }
    }

    private func reader(_ key: ObjectKey, _ partSize: Int64) -> Meter.Work {
        let (backend, ranges, buffer) = (backend, ranges(partSize), PartBuffer(capacity: Int(partSize)))
        return { (index) async throws(StorageError) in
            buffer.reset()
            _ = try await backend.read(key, ReadOptions(range: ranges[index % ranges.count]), into: buffer)
            return Meter.Yield(bytes: Int64(buffer.count))
        }
    }
}
