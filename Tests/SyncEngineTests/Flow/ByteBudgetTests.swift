// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization
import Testing

@testable import SyncEngine

@Suite struct ByteBudgetTests {
    @Test func neverMoreThanTheTotalIsOut() async throws {
        let budget = ByteBudget(total: 10)
        let held = Held()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for size in 0..<200 {
                let amount = Int64(size % 12 + 1)
                group.addTask {
                    try await budget.acquire(amount)
                    let now = held.change(by: Int(min(amount, 10)))
                    #expect(now <= 10)
                    await Task.yield()
                    held.change(by: -Int(min(amount, 10)))
                    budget.release(amount)
                }
            }
            try await group.waitForAll()
        }
        #expect(budget.available == 10)
    }

    @Test func theLineIsServedInOrder() async throws {
        let budget = ByteBudget(total: 10)
        try await budget.acquire(8)
        let order = Held()
        let large = Task {
            try await budget.acquire(9)
            order.note(1)
            budget.release(9)
        }
        while budget.waiting < 1 { await Task.yield() }
        // Two bytes are free, but whoever came first goes first: the large do not starve. The two do not fit together,
        // so the one cannot overtake the other once both are let in.
        let small = Task {
            try await budget.acquire(2)
            order.note(2)
            budget.release(2)
        }
        while budget.waiting < 2 { await Task.yield() }
        budget.release(8)
        try await large.value
        try await small.value
        #expect(order.noted == [1, 2])
    }

    @Test func aCancelledWaiterLeavesTheLine() async throws {
        let budget = ByteBudget(total: 10)
        try await budget.acquire(8)
        let large = Task { try await budget.acquire(9) }
        while budget.waiting < 1 { await Task.yield() }
        let small = Task { try await budget.acquire(2) }
        while budget.waiting < 2 { await Task.yield() }
        large.cancel()
        await #expect(throws: StorageError.self) { try await large.value }
        try await small.value
        budget.release(2)
        budget.release(8)
        #expect(budget.available == 10)
    }

    @Test func whatIsLargerThanEverythingIsLetInAlone() async throws {
        let budget = ByteBudget(total: 10)
        try await budget.acquire(1000)
        #expect(budget.available == 0)
        budget.release(1000)
        #expect(budget.available == 10)
    }
}

/// A number and a list that many tasks change.
private final class Held: Sendable {
    private let state = Mutex((count: 0, list: [Int]()))

    @discardableResult
    func change(by amount: Int) -> Int {
        state.withLock { state in
            state.count += amount
            return state.count
        }
    }

    func note(_ number: Int) { state.withLock { $0.list.append(number) } }
    var noted: [Int] { state.withLock { $0.list } }
}
