// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageLayers
import StorageModel
import StorageTestKit
import Testing

@Suite struct BandwidthLimitTests {
    private let backend = ScriptedBackend()
    private let content = PartBuffer([UInt8](repeating: 0, count: 500))

    @Test func bytesArePaced() async throws {
        let clock = InstantClock()
        let store = InterceptedBackend(backend, BandwidthLimit(readRate: 100, writeRate: 1000, clock: clock))
        _ = try await store.write(content, to: ObjectKey("a"), WriteOptions())
        #expect(clock.now.time == .milliseconds(500))
        for _ in 0..<3 {
            _ = try await store.read(ObjectKey("a"), ReadOptions(range: 0..<50), into: PartBuffer(capacity: 4096))
        }
        #expect(clock.now.time == .milliseconds(2000))
        _ = try await store.stat(ObjectKey("a"), version: nil)
        #expect(clock.now.time == .milliseconds(2000))
    }

    @Test func everyObjectHasItsOwnPace() async throws {
        let clock = InstantClock()
        let store = InterceptedBackend(backend, ObjectPace(rate: 1000, clock: clock))
        for _ in 0..<2 { _ = try await store.write(content, to: ObjectKey("a"), WriteOptions()) }
        _ = try await store.read(ObjectKey("a"), ReadOptions(range: 0..<50), into: PartBuffer(capacity: 4096))
        _ = try await store.stat(ObjectKey("a"), version: nil)
        #expect(clock.now.time == .milliseconds(1000))
    }

    @Test func withoutARateNothingWaits() async throws {
        let clock = InstantClock()
        let limit = BandwidthLimit(readRate: nil, writeRate: nil, clock: clock)
        let store = InterceptedBackend(backend, limit)
        _ = try await store.write(content, to: ObjectKey("a"), WriteOptions())
        #expect(clock.sleeps.isEmpty)
        limit.setRates(read: nil, write: 1000)
        _ = try await store.write(content, to: ObjectKey("a"), WriteOptions())
        #expect(clock.now.time == .milliseconds(500))
        limit.setRates(read: nil, write: nil)
        _ = try await store.write(content, to: ObjectKey("a"), WriteOptions())
        #expect(clock.now.time == .milliseconds(500))
    }

    /// Two writes wait at ten bytes a second; what is left of them when the rate is raised passes at the new one.
    @Test(.timeLimit(.minutes(10)))
    func aChangeReachesThoseWhoWait() async throws {
        let clock = ManualClock()
        let limit = BandwidthLimit(readRate: nil, writeRate: 10, clock: clock)
        let store = InterceptedBackend(backend, limit)
        let (first, second) = (ObjectKey("first"), ObjectKey("second"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in [first, second] {
                group.addTask { [content] in _ = try await store.write(content, to: key, WriteOptions()) }
            }
            await clock.waitForSleepers(2)
            clock.advance(by: .milliseconds(100))
            await clock.waitForSleepers(2)
            // One byte has passed, 999 are left: 0.999 seconds.
            limit.setRates(read: nil, write: 1000)
            while backend.log.isEmpty {
                await clock.waitForSleepers(1)
                clock.advanceToNextSleeper()
            }
            while clock.now.offset < .milliseconds(1000) {
                await clock.waitForSleepers(1)
                clock.advanceToNextSleeper()
            }
            clock.advance(by: .milliseconds(200))
            try await group.waitForAll()
        }
        #expect(backend.log.count == 2)
    }

    @Test(.timeLimit(.minutes(10)))
    func whoWaitsIsFreeWhenTheLimitIsLifted() async throws {
        let clock = ManualClock()
        let limit = BandwidthLimit(readRate: nil, writeRate: 1, clock: clock)
        let store = InterceptedBackend(backend, limit)
        async let written = store.write(content, to: ObjectKey("a"), WriteOptions())
        await clock.waitForSleepers()
        limit.setRates(read: nil, write: nil)
        // Another limit does not hold back again what was let go.
        limit.setRates(read: nil, write: 1)
        clock.advance(by: .milliseconds(100))
        #expect(try await written.size == 500)
    }

    @Test(.timeLimit(.minutes(10)))
    func whoWaitsIsToldOfCancellation() async throws {
        let clock = ManualClock()
        let store = InterceptedBackend(backend, BandwidthLimit(readRate: nil, writeRate: 1, clock: clock))
        let task = Task { [content] () async -> StorageError? in
            do throws(StorageError) {
                _ = try await store.write(content, to: ObjectKey("a"), WriteOptions())
                return nil
            } catch {
                return error
            }
        }
        await clock.waitForSleepers()
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        #expect(backend.log.isEmpty)
    }
}
