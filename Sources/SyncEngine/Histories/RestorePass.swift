// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Puts back what a location held at an earlier time: the version of then is copied above the one of now, and what was not
/// there then is deleted, which leaves a marker. Nothing is lost by it, so it can be taken back in the same way.
struct RestorePass {
    let context: RunContext
    let moment: Timestamp
    let deletions: DeletionSpill

    /// Puts everything back, or one key.
    func run(only key: ObjectKey? = nil) async -> ListingPass.Result {
        let lanes = lanes()
        context.tally.withLock { $0.hasAnotherPass = context.options.passesMax > 1 }
        do {
            try await context.source.backend.requireVersions(
                since: "what is there now would be lost",
                advice: "copy with --version-at to another place, or turn versioning on")
            let failure = try await withThrowingTaskGroup(of: StorageError?.self) { group in
                group.addTask(executorPreference: context.executor) {
                    defer { lanes.finishChecks() }
                    do {
                        try await send(only: key, lanes)
                        return nil
                    } catch let error as StorageError {
                        if error.kind == .cancelled, Task.isCancelled { throw CancellationError() }
                        return error
                    }
                }
                group.addTask {
                    try await WorkForce(context: context, lanes: lanes).run()
                    return nil
                }
                var failure: StorageError?
                while let ended = try await group.next() { failure = failure ?? ended }
                return failure
            }
            return ListingPass.Result(isWhole: failure == nil, failure: failure)
        } catch {
            return ListingPass.Result(stop: .init(error))
        }
    }

    private func lanes() -> Lanes {
        let options = context.options
        var lanes = Lanes(options.order)
        if options.checksFirst { lanes.held = HeldWork(directory: options.temporaryDirectory, order: options.order) }
        return lanes
    }

    private func send(only key: ObjectKey?, _ lanes: Lanes) async throws {
        if let key {
            let versions = try await context.source.backend.history(of: key)
            guard !versions.isEmpty else {
                throw StorageError(
                    .notFound, during: .list, at: context.source.backend.identity.container, key: key,
                    message: "there is no version of it")
            }
            try await send([History(key: context.relative(key), versions: versions)], lanes)
        } else {
            let order = context.sourceCapabilities.listingOrders[0]
            var listing = HistoryListing(
                context.source, context.options.selection, order: order, wanted: order,
                directory: context.options.temporaryDirectory)
            while let page = try await listing.next() { try await send(page, lanes) }
        }
        try deletions.finish()
        context.progress.set(.isSourceListed)
        context.progress.set(.isTargetListed)
    }

    private func send(_ page: [History], _ lanes: Lanes) async throws {
        var works: [Work] = [], condemned: [Entry] = []
        for history in page { if let work = try decide(history, &condemned) { works.append(work) } }
        let slots = await context.writeDown(&works, condemned: condemned)
        for (entry, slot) in zip(condemned, slots) { try deletions.append(entry, slot) }
        // Whoever closed them says why.
        guard await lanes.send(works) else { throw CancellationError() }
        await context.settlement.advance(context)
    }

    /// What is to be done about one key; nil: nothing now.
    private func decide(_ history: History, _ condemned: inout [Entry]) throws(RunStop) -> Work? {
        let then = history.versions.last { $0.written.map { $0 <= moment } ?? false }
        guard var now = history.versions.last else { return nil }
        let isNewest = then?.version == now.version
        let isThere = now.kind == .object
        context.progress.add(1, to: .listedSource)
        context.tally.withLock { tally in
            if then?.kind == .object { tally.report.objects.listedSource += 1 }
            if isThere { tally.report.objects.listedTarget += 1 }
            if isThere, then?.kind == .object { tally.report.objects.checked += 1 }
        }
        now.version = nil
        guard let then, then.kind == .object else {
            if isThere { condemned.append(now) }
            return nil
        }
        let target = isThere ? now : nil
        let work = Work(
            key: history.key, source: then, target: target, targetKey: then.key, evidence: .version,
            step: .compare(needs: nil))
        guard !isNewest else {
            context.complete(work, .skipped)
            return nil
        }
        // The same content came back: perhaps by an earlier restore, and with all that it carries.
        if let target, HistoryMatch.isSame(then, target) {
            context.progress.add(1, to: .checksPlanned)
            return work.following(then, target, evidence: .checksum, step: .compareMetadata)
        }
        return try context.copy(work, then, target, .version, hasLooked: true)
    }
}
