// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Carries out the changes of a plan. Deletions wait for all others.
struct PlanPass {
    /// Keys in flight after which all of them are waited for, so that few need be remembered.
    private static let rememberedMax = 10_000

    let context: RunContext
    let plan: AppliedPlan
    let deletions: DeletionSpill

    func run() async -> ListingPass.Result {
        do throws(StorageError) {
            if let refusal = try context.refusal(of: plan) { return ListingPass.Result(stop: .refused(refusal)) }
        } catch {
            return ListingPass.Result(stop: .failed(error))
        }
        let lanes = Lanes(context.options.order)
        do {
            // A directory that a copy goes to is made for it.
            let target = context.target.backend
            if context.targetCapabilities.hasDirectories, !(try await target.containerExists()) {
                try await target.createContainer()
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { lanes.finishChecks() }
                    try await send(lanes)
                }
                group.addTask { try await WorkForce(context: context, lanes: lanes).run() }
                while try await group.next() != nil {}
            }
            try deletions.finish()
            return ListingPass.Result(isWhole: true)
        } catch {
            return ListingPass.Result(stop: .init(error))
        }
    }

    private func send(_ lanes: Lanes) async throws {
        var changes = plan.reader.changes()
        // A store that keeps its objects in a tree may lose one of `a` and `a/b` when both are written at once.
        let isTree = context.targetCapabilities.listingOrders.contains(.pathComponents)
        var written = Set<ObjectKey>(), above = Set<ObjectKey>()
        while let some = try changes.next() {
            var works: [Work] = [], condemned: [Entry] = []
            for change in some {
                guard let work = try decide(change, &condemned) else { continue }
                let parents = isTree ? Self.parents(of: work.targetKey) : []
                if above.contains(work.targetKey) || parents.contains(where: written.contains)
                    || written.count >= Self.rememberedMax
                {
                    try await hand(over: &works, lanes)
                    await lanes.gauge.drained()
                    (written, above) = ([], [])
                }
                if isTree {
                    written.insert(work.targetKey)
                    above.formUnion(parents)
                }
                works.append(work)
            }
            let slots = await context.writeDown(&works, condemned: condemned)
            for (entry, slot) in zip(condemned, slots) { try deletions.append(entry, slot) }
            try await send(works, lanes)
        }
    }

    private func hand(over works: inout [Work], _ lanes: Lanes) async throws {
        _ = await context.writeDown(&works)
        try await send(works, lanes)
        works = []
    }

    private func send(_ works: [Work], _ lanes: Lanes) async throws {
        guard await lanes.send(works) else { return try Task.checkCancellation() }
        await context.settlement.advance(context)
    }

    /// What is to be done for `change`; nil: nothing now.
    private func decide(_ change: PlannedChange, _ condemned: inout [Entry]) throws(RunStop) -> Work? {
        context.tally.withLock { tally in
            if change.source != nil { tally.report.objects.listedSource += 1 }
            if change.target != nil { tally.report.objects.listedTarget += 1 }
            if change.source != nil, change.target != nil { tally.report.objects.checked += 1 }
        }
        guard change.kind != .delete, let source = change.source else {
            if let target = change.target { condemned.append(target) }
            return nil
        }
        let work = change.work(at: context.target, source, step: .compare(needs: nil))
        if change.kind == .copy {
            return try context.copy(work, source, change.target, change.evidence, hasLooked: true)
        }
        let step = change.kind == .makeDirectory ? Work.Step.makeDirectory : .repairTime
        context.progress.add(1, to: .objectsPlanned)
        return work.following(source, change.target, evidence: change.evidence, step: step)
    }

    private static func parents(of key: ObjectKey) -> [ObjectKey] {
        let slash = UInt8(ascii: "/")
        return (1..<max(key.bytes.count, 1)).filter { key.bytes[$0] == slash }.map { ObjectKey(key.bytes.prefix($0)) }
    }
}
