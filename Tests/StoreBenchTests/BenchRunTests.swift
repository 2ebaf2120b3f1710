// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import StoreBench

@Suite struct BenchRunTests {
    private func plan() -> BenchPlan {
        var plan = BenchPlan()
        plan.sizes = [100, 2 << 20]
        plan.duration = .milliseconds(5)
        plan.concurrencyMax = 4
        plan.partedSize = 100_000
        plan.partSizes = [30_000]
        return plan
    }

    @Test func everythingIsMeasuredAndNothingIsLeft() async throws {
        let backend = MemoryBackend()
        try await backend.put([1], at: ObjectKey("kept"))
        let heard = Mutex(0)
        let measurements = try await BenchRun(backend, in: BenchDirectory(backend, under: .root), plan()) { _ in
            heard.withLock { $0 += 1 }
        }.run()
        #expect(heard.withLock { $0 } == measurements.count)
        #expect(Set(measurements.map(\.operation)) == Set(Measurement.Operation.allCases))
        for measurement in measurements {
            #expect(measurement.calls > 0)
            #expect(measurement.latency.count == measurement.calls)
            #expect(measurement.failures == 0)
            #expect(measurement.refusals == 0)
            switch measurement.operation {
            case .put, .get, .copy: #expect(measurement.bytes == Int64(measurement.calls) * measurement.size)
            case .list: #expect(measurement.entries > 0)
            case .putParts: #expect(measurement.bytes > 0 && measurement.bytes % 100_000 == 0)
            case .stat, .getParts: break
            }
        }
        #expect(try await backend.entries().map(\.key) == [ObjectKey("kept")])
    }

    /// Without a first object there is nothing to measure; what fails later is told, and the rest goes on.
    @Test(arguments: 1...7) func failuresAreToldAndNothingIsLeft(call: Int) async throws {
        let inner = MemoryBackend()
        let error = StorageError(.permissionDenied, during: .write, message: "no")
        let backend = FaultyBackend(inner, faults: [.init(call: call, of: .write, times: .max / 2, error: error)])
        var kind: StorageError.Kind?
        var measurements: [Measurement] = []
        do throws(StorageError) {
            let directory = BenchDirectory(inner, under: ObjectKey("a/"))
            measurements = try await BenchRun(backend, in: directory, plan()) { _ in }.run()
        } catch {
            kind = error.kind
        }
        #expect((call == 1) == (kind == .permissionDenied))
        if call > 1 {
            #expect(measurements.contains { $0.failure?.kind == .permissionDenied })
            #expect(measurements.contains { $0.operation == .getParts && $0.calls > 0 })
        }
        #expect(try await inner.entries().isEmpty)
    }

    @Test func aFailedPartIsToldAndLeavesNothing() async throws {
        let inner = MemoryBackend()
        let error = StorageError(.permissionDenied, during: .upload, message: "no")
        let backend = FaultyBackend(inner, faults: [.init(call: 2, of: .upload, times: 3, error: error)])
        let measurements = try await BenchRun(backend, in: BenchDirectory(inner, under: .root), plan()) { _ in }.run()
        let parts = measurements.filter { $0.operation == .putParts }
        #expect(parts.map { $0.failure?.kind } == [.permissionDenied])
        #expect(try await inner.entries().isEmpty)
        #expect(try await inner.unfinishedUploads(under: .root).isEmpty)
    }

    /// A store that refuses when it is asked for much is measured up to there, and not given up.
    @Test(arguments: 1...12) func refusedPartsEndTheirClimb(call: Int) async throws {
        let inner = MemoryBackend()
        let error = StorageError(.rateLimited, during: .upload, message: "slow down")
        let backend = FaultyBackend(inner, faults: [.init(call: call, of: .upload, error: error)])
        let measurements = try await BenchRun(backend, in: BenchDirectory(inner, under: .root), plan()) { _ in }.run()
        let parts = measurements.filter { $0.operation == .putParts }
        #expect(parts.last?.refusals == 1)
        #expect(parts.dropLast().allSatisfy { $0.refusals == 0 && $0.calls > 0 })
        #expect(measurements.allSatisfy { $0.failure == nil })
        #expect(try await inner.entries().isEmpty)
        #expect(try await inner.unfinishedUploads(under: .root).isEmpty)
    }

    @Test func nothingIsLeftAfterAnInterruption() async throws {
        let backend = MemoryBackend()
        var plan = plan()
        plan.duration = .seconds(600)
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
        let bench = BenchRun(backend, in: BenchDirectory(backend, under: .root), plan) { _ in }
        let task = Task { () async -> StorageError.Kind? in
            do throws(StorageError) {
                continuation.yield()
                _ = try await bench.run()
                return nil
            } catch {
                return error.kind
            }
        }
        for await _ in begun { break }
        // It is at work when something is written.
        while try await backend.entries().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(try await backend.entries().isEmpty)
    }

    @Test func refusalsEndTheClimbAndAreCounted() async throws {
        // The first write is for `stat`, the second makes the connection; the third is measured.
        let backend = FaultyBackend(
            MemoryBackend(),
            faults: [
                .init(
                    call: 3, of: .write, times: 2,
                    error: StorageError(.rateLimited, during: .write, message: "slow down"))
            ])
        var plan = plan()
        plan.sizes = [10]
        plan.partedSize = 0
        let puts = try await BenchRun(backend, in: BenchDirectory(backend, under: .root), plan) { _ in }.run().filter {
            $0.operation == .put
        }
        #expect(puts.map(\.refusals) == [2])
        #expect(puts.map(\.failures) == [0])
        #expect(puts.allSatisfy { $0.calls > 0 })
        #expect(Recommendation(puts).refusedAt == 1)
    }

    @Test func largeObjectsStayWithinMemory() {
        let plan = BenchPlan()
        #expect(plan.concurrencies(size: 4096) == [1, 2, 4, 8, 16, 32, 64, 128, 256])
        #expect(plan.concurrencies(size: 16 << 20) == [1, 2, 4, 8, 16])
        #expect(plan.concurrencies(size: 1 << 40) == [1])
    }
}
