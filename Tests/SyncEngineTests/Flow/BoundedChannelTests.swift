// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import SyncEngine

@Suite struct BoundedChannelTests {
    @Test func tellsWhenItBegins() async {
        let channel = BoundedChannel<Int>(capacity: 4)
        async let begins = channel.begins()
        await channel.send([1])
        #expect(await begins)
        #expect(await channel.next() == 1)
        let empty = BoundedChannel<Int>(capacity: 4)
        async let none = empty.begins()
        empty.finish()
        #expect(await !none)
        let closed = BoundedChannel<Int>(capacity: 4)
        await closed.send([1])
        closed.close()
        #expect(await !closed.begins())
    }

    @Test func everyElementComesOnceAndSendersWait() async {
        let channel = BoundedChannel<Int>(capacity: 4)
        let count = 2000
        let taken = await withTaskGroup(of: [Int].self) { group in
            group.addTask {
                for start in stride(from: 0, to: count, by: 2) {
                    await channel.send([start, start + 1])
                    // A batch may go beyond the capacity, but only once.
                    #expect(channel.count <= 5)
                }
                channel.finish()
                return []
            }
            for _ in 0..<3 {
                group.addTask {
                    var mine = [Int]()
                    while let element = await channel.next() { mine.append(element) }
                    return mine
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.sorted() == Array(0..<count))
    }

    @Test func whatWasSentBeforeTheEndIsStillTaken() async {
        let channel = BoundedChannel<Int>(capacity: 4)
        await channel.send([1, 2])
        channel.finish(throwing: StorageError(.timedOut, during: .list, message: "late"))
        #expect(await channel.next() == 1)
        #expect(await channel.next() == 2)
        #expect(await channel.next() == nil)
        #expect(channel.failure?.kind == .timedOut)
        #expect(await channel.send([3]) == false)
    }

    @Test func closingDropsAndWakesBothSides() async {
        let channel = BoundedChannel<Int>(capacity: 1)
        await channel.send([1])
        async let sent = channel.send([2])
        channel.close()
        #expect(await sent == false)
        #expect(await channel.next() == nil)
    }

    @Test func aCancelledTakerReturns() async {
        let channel = BoundedChannel<Int>(capacity: 1)
        let task = Task { await channel.next() }
        task.cancel()
        #expect(await task.value == nil)
    }
}
