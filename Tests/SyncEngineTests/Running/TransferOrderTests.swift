// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Selection
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

@Suite struct TransferOrderTests {
    private func selection(_ glob: String) throws -> Selection {
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        definition.include = [glob]
        return try Selection(definition)
    }

    private func work(_ name: String, size: Int64 = 1, time: Int64? = 0) -> Work {
        let key = ObjectKey(name)
        let source = Entry(key: key, size: size, modified: time.map { Timestamp(seconds: $0) })
        return Work(
            key: key, source: source, target: nil, targetKey: key, evidence: .absent, step: .copy(.single))
    }

    private func names(_ works: [Work], _ order: TransferOrder, backs: Int = 0) async throws -> [String] {
        let held = HeldWork(directory: "/tmp", order: order), lanes = Lanes(order)
        #expect(held.append(works))
        #expect(try await held.release(into: lanes))
        lanes.finishTransfers()
        var names: [String] = []
        let lane = try #require(lanes.ordered)
        while let work = await lane.next(fromBack: names.count < backs) { names.append("\(work.key)") }
        return names
    }

    @Test func worksComeInTheirOrder() async throws {
        let works = [
            work("b/x", size: 5, time: 3), work("a.jpg", size: 9, time: -2), work("a", size: 0, time: nil),
            work("a\0b", size: 5, time: 9), work("z", size: 1 << 40, time: 0), work("b/y.jpg", size: 2, time: 4),
        ]
        let expected: [(TransferOrder, [String])] = [
            (TransferOrder(.name), ["a", "a\0b", "a.jpg", "b/x", "b/y.jpg", "z"]),
            (TransferOrder(.name, .descending), ["z", "b/y.jpg", "b/x", "a.jpg", "a\0b", "a"]),
            (TransferOrder(.size), ["a", "b/y.jpg", "b/x", "a\0b", "a.jpg", "z"]),
            (TransferOrder(.size, .descending), ["z", "a.jpg", "b/x", "a\0b", "b/y.jpg", "a"]),
            (TransferOrder(.modified), ["a", "a.jpg", "z", "b/x", "b/y.jpg", "a\0b"]),
            (
                TransferOrder(.selections([try selection("*.jpg"), try selection("/b/**")])),
                ["a.jpg", "b/y.jpg", "b/x", "a", "a\0b", "z"]
            ),
        ]
        for (order, names) in expected { #expect(try await self.names(works, order) == names, "\(order.criterion)") }
        let mixed = TransferOrder(.size, .mixed(share: 50))
        #expect(
            try await names(works, mixed, backs: 2) == ["z", "a.jpg", "a", "b/y.jpg", "b/x", "a\0b"])
        #expect((0..<4).map { mixed.takesGreatest($0, of: 4) } == [false, false, true, true])
        #expect(
            (0..<4).map { TransferOrder(.size, .mixed(share: 75)).takesGreatest($0, of: 4) }.count(where: \.self) == 1)
    }

    /// What comes behind a barrier stays behind it, and many come in order too.
    @Test(arguments: [TransferOrder.Direction.ascending, .descending, .mixed(share: 50)])
    func barriersHold(direction: TransferOrder.Direction) async throws {
        let order = TransferOrder(.size, direction)
        let held = HeldWork(directory: "/tmp", order: order), lanes = Lanes(order)
        var random = SeededRandom(seed: 5)
        let first = (0..<3000).map { work("a\($0)", size: Int64.random(in: 0..<500, using: &random)) }
        let second = (0..<3000).map { work("b\($0)", size: Int64.random(in: 0..<500, using: &random)) }
        #expect(held.append(first))
        held.appendBarrier()
        #expect(held.append(second))
        async let released = held.release(into: lanes)
        var back: [Work] = []
        let lane = try #require(lanes.ordered)
        while back.count < 6000, let work = await lane.next() {
            back.append(work)
            lanes.gauge.end()
        }
        #expect(try await released)
        for part in [back[..<3000], back[3000...]] {
            let sizes = part.map(\.source.size)
            // The front of what waits, while more of both ends comes.
            if case .mixed = direction { continue }
            let isSorted = direction == .descending ? sizes == sizes.sorted(by: >) : sizes == sizes.sorted()
            #expect(isSorted)
        }
        #expect(Set(back[..<3000].map { "\($0.key)" }) == Set(first.map { "\($0.key)" }))
        #expect(Set(back[3000...].map { "\($0.key)" }) == Set(second.map { "\($0.key)" }))
    }

    /// What waits for its turn goes out in order, without comparing everything first.
    @Test func aChannelSortsWhatWaits() async {
        let channel = BoundedChannel<Int>(capacity: 100, precedes: <)
        await channel.send([5, 1, 9, 1])
        await channel.send([4])
        var taken: [Int] = []
        taken.append(await channel.next() ?? 0)
        taken.append(await channel.next(fromBack: true) ?? 0)
        channel.finish()
        while let next = await channel.next() { taken.append(next) }
        #expect(taken == [1, 9, 1, 4, 5])
    }

    @Test(arguments: [false, true], [1, nil]) func aRunBeginsInOrder(checksFirst: Bool, transfers: Int?) async throws {
        let source = bucket(), target = bucket()
        for index in 0..<40 {
            try await source.fill(["k\(index)": String(repeating: "x", count: (index * 7) % 40 + 1)])
        }
        let run = await ran(.sync, source, target) {
            $0.checksFirst = checksFirst
            $0.order = TransferOrder(.size, .descending)
            $0.transferring.transfers = transfers
        }
        #expect(run.isClean)
        let (copies, originals) = (try await target.contents(), try await source.contents())
        #expect(copies == originals)
        guard checksFirst, transfers == 1 else { return }
        let sizes = run.recorder.outcomes.filter { $0.action == .transferred }.map(\.size)
        #expect(sizes == sizes.sorted(by: >) && sizes.count == 40)
    }
}
