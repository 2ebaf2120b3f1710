// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The queues between deciding and doing. Each is bounded, so that whoever fills them waits for those who empty them.
struct Lanes: Sendable {
    /// Comparisons that need a request or a read.
    let checks = BoundedChannel<Work>(capacity: 500)
    /// Objects that pass through here whole and are small.
    let small = BoundedChannel<Work>(capacity: 1000)
    /// Objects that pass through here whole and are not small.
    let medium = BoundedChannel<Work>(capacity: 500)
    /// Objects that pass through here in parts.
    let large = BoundedChannel<Work>(capacity: 500)
    /// What the target's store does by itself.
    let copies = BoundedChannel<Work>(capacity: 500)
    /// All that is no comparison, instead of the four above, where an order is asked for.
    let ordered: BoundedChannel<Work>?

    /// Work that was queued and is not done.
    let gauge = WorkGauge()
    /// Where transfers wait for the last comparison; nil: they do not.
    var held: HeldWork?

    init(_ order: TransferOrder? = nil) {
        ordered = order.map { order in
            BoundedChannel(capacity: TransferOrder.backlogMax) {
                order.rank($0).lexicographicallyPrecedes(order.rank($1))
            }
        }
    }

    /// Queues `work`. False when the lanes are closed.
    @discardableResult
    func send(_ work: Work) async -> Bool {
        if let held, held.isHolding, !work.isComparison { return held.append([work]) }
        gauge.begin(1)
        return await lane(of: work).send([work])
    }

    /// Queues a batch, each in its lane. False when the lanes are closed.
    func send(_ batch: [Work]) async -> Bool {
        var batch = batch
        if let held, held.isHolding {
            guard held.append(batch.filter { !$0.isComparison }) else { return false }
            batch.removeAll { !$0.isComparison }
        }
        gauge.begin(batch.count)
        var isOpen = true
        for lane in [checks] + transfers {
            let mine = batch.filter { self.lane(of: $0) === lane }
            if !mine.isEmpty { isOpen = await lane.send(mine) && isOpen }
        }
        return isOpen
    }

    /// Returns once everything that was queued is done, or will be before what is queued next.
    func settle() async {
        await gauge.drained()
        held?.appendBarrier()
    }

    /// No more comparisons come.
    func finishChecks() { checks.finish() }

    /// No more transfers come.
    func finishTransfers() {
        for lane in transfers { lane.finish() }
    }

    /// Drops everything that waits.
    func close() {
        for lane in [checks] + transfers { lane.close() }
        gauge.close()
    }

    /// The lanes of all that is no comparison.
    private var transfers: [BoundedChannel<Work>] { [small, medium, large, copies] + (ordered.map { [$0] } ?? []) }

    private func lane(of work: Work) -> BoundedChannel<Work> {
        if let ordered, !work.isComparison { return ordered }
        return switch work.step {
        case .compare, .compareMetadata, .lookElsewhere: checks
        case .copy(.single): work.source.size <= RunContext.smallMax ? small : medium
        case .copy(.parts): large
        case .copy(.serverCopy), .copy(.serverCopyParts), .repairTime: copies
        case .makeDirectory: small
        }
    }
}
