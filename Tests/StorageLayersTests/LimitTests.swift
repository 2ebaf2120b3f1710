// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageLayers
import StorageModel
import Synchronization
import Testing

@Suite struct LimitTests {
    private final class Counts: Sendable {
        let state = Mutex((running: 0, peak: 0, done: 0))
    }

    private final class Flag: Sendable {
        private let state = Atomic(false)
        var isRaised: Bool { state.load(ordering: .acquiring) }
        func raise() { state.store(true, ordering: .releasing) }
    }

    private func gauge(_ limit: ConcurrencyLimit, _ tasks: Int) async -> (peak: Int, done: Int) {
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    _ = try? await limit.around(Call(.stat)) { () async throws(StorageError) in
                        counts.state.withLock {
                            $0.running += 1; $0.peak = max($0.peak, $0.running)
                        }
                        for _ in 0..<5 { await Task.yield() }
                        counts.state.withLock {
                            $0.running -= 1; $0.done += 1
                        }
                    }
                }
            }
        }
        return counts.state.withLock { ($0.peak, $0.done) }
    }

    @Test(arguments: [1, 3, 64]) func noMoreThanTheLimit(_ limit: Int) async {
        let result = await gauge(ConcurrencyLimit(limit), 200)
        #expect(result.peak <= limit)
        #expect(result.done == 200)
    }

    @Test func cancelledWaitersLeaveAndPlacesStay() async {
        let limit = ConcurrencyLimit(2)
        for round in 0..<30 {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        _ = try? await limit.around(Call(.stat)) { () async throws(StorageError) in
                            for _ in 0..<round { await Task.yield() }
                        }
                    }
                }
                for _ in 0..<round { await Task.yield() }
                group.cancelAll()
            }
        }
        let result = await gauge(limit, 50)
        #expect(result.peak == 2)
        #expect(result.done == 50)
    }

    @Test func whoWaitsIsToldOfCancellation() async {
        let limit = ConcurrencyLimit(1)
        let (held, released) = (Flag(), Flag())
        await withTaskGroup(of: StorageError?.self) { group in
            group.addTask {
                _ = try? await limit.around(Call(.stat)) { () async throws(StorageError) in
                    held.raise()
                    while !released.isRaised { await Task.yield() }
                }
                return nil
            }
            while !held.isRaised { await Task.yield() }
            let error = await withTaskGroup(of: StorageError?.self) { inner in
                inner.addTask {
                    do throws(StorageError) {
                        try await limit.around(Call(.read)) { () async throws(StorageError) in }
                        return nil
                    } catch {
                        return error
                    }
                }
                inner.cancelAll()
                return await inner.next() ?? nil
            }
            #expect(error?.kind == .cancelled)
            #expect(error?.operation == .read)
            released.raise()
        }
    }

    @Test func aSlowAttemptEnds() async throws {
        let timeout = AttemptTimeout(.milliseconds(30))
        let value = try await timeout.around(Call(.stat)) { () async throws(StorageError) -> Int in 7 }
        #expect(value == 7)
        await #expect {
            try await timeout.around(Call(.stat)) { () async throws(StorageError) -> Int in
                do { try await ContinuousClock().sleep(for: .seconds(60)) } catch {
                    throw StorageError(.cancelled, during: .stat, message: "")
                }
                return 1
            }
        } throws: {
            ($0 as? StorageError)?.kind == .timedOut && ($0 as? StorageError)?.isTransient == true
        }
        await #expect {
            try await timeout.around(Call(.stat)) { () async throws(StorageError) -> Int in
                throw permanent(.notFound)
            }
        } throws: {
            ($0 as? StorageError)?.kind == .notFound
        }
    }

    @Test func cancellingIsNoTimeout() async {
        let error = await withTaskGroup(of: StorageError?.self) { group in
            group.addTask {
                withUnsafeCurrentTask { $0?.cancel() }
                do throws(StorageError) {
                    try await AttemptTimeout(.seconds(60)).around(Call(.stat)) { () async throws(StorageError) in
                        guard Task.isCancelled else { return }
                        throw StorageError(.cancelled, during: .stat, message: "")
                    }
                    return nil
                } catch {
                    return error
                }
            }
            return await group.next() ?? nil
        }
        #expect(error?.kind == .cancelled)
    }

    @Test func theOrderOfTheLayers() async throws {
        let backend = ScriptedBackend()
        backend.put("a", "text")
        backend.script("stat", .fail(transient()))
        let limited = InterceptedBackend(
            InterceptedBackend(backend, AttemptTimeout(.seconds(60))), ConcurrencyLimit(1))
        let counter = RetryCounter()
        let store = retrying(limited, counter: counter)
        #expect(try await store.stat(ObjectKey("a"), version: nil).size == 4)
        #expect(counter.count == 1)
    }
}
