// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// A run over a single object whose name at the target is given.
struct ObjectRun {
    let context: RunContext
    let sourceKey: ObjectKey
    let targetKey: ObjectKey

    /// Runs it; returns why it ended early, if it did.
    func run() async -> SyncReport.Stop? {
        let leftovers = Leftovers(context: context)
        await leftovers.findUnnamed()
        let stop = await copied()
        await context.settlement.finish(context)
        let isWhole = stop == nil && context.tally.withLock { $0.report.objects.failed } == 0
        if isWhole { await leftovers.giveUp() }
        return stop
    }

    private func copied() async -> SyncReport.Stop? {
        do throws(StorageError) {
            return await run(try await stat(context.source.backend, sourceKey), try await targetEntry())
        } catch {
            return await run(failure: error)
        }
    }

    private func run(_ source: Entry, _ target: Entry?) async -> SyncReport.Stop? {
        context.tally.withLock { tally in
            tally.hasAnotherPass = context.options.passesMax > 1
            tally.report.objects.listedSource = 1
            tally.report.objects.listedTarget = target == nil ? 0 : 1
            tally.report.objects.checked = target == nil ? 0 : 1
        }
        let work = work(source, target)
        do throws(RunStop) {
            let verdict = target.map { context.comparator.verdict(source, $0, Knowledge(source, $0)) }
            let next =
                if let verdict, let target {
                    try context.follow(
                        verdict, work, source, target,
                        looksAtMetadata: context.metadataLooks.include(source, target, after: verdict))
                } else {
                    try context.copy(work, source, nil, .absent)
                }
            var works = next.map { [$0] } ?? []
            _ = await context.writeDown(&works)
            if !works.isEmpty, let stop = await RetryPasses(context: context).carryOut(works) { return stop }
        } catch {
            return error.reason
        }
        if let stop = await RetryPasses(context: context).run() { return stop }
        return await ThawPass(context: context).run()
    }

    private func run(failure: StorageError) async -> SyncReport.Stop? {
        if failure.kind == .cancelled { return .interrupted }
        context.tally.withLock { $0.report.objects.listedSource = 1 }
        do throws(RunStop) {
            try context.failFinally(work(Entry(key: sourceKey, size: 0), nil), failure, evidence: .problem)
            return nil
        } catch {
            return error.reason
        }
    }

    private func targetEntry() async throws(StorageError) -> Entry? {
        do throws(StorageError) {
            return try await stat(context.target.backend, targetKey)
        } catch {
            // A directory tree makes its root when it is first written to.
            let isTree = context.targetCapabilities.hasDirectories
            if error.kind == .notFound || error.kind == .containerNotFound && isTree { return nil }
            throw error
        }
    }

    private func stat(_ backend: any Backend, _ key: ObjectKey) async throws(StorageError) -> Entry {
        try await backend.stat(key, version: nil).detached()
    }

    private func work(_ source: Entry, _ target: Entry?) -> Work {
        let prefix = context.source.prefix
        return Work(
            key: sourceKey.hasPrefix(prefix) ? context.relative(sourceKey) : sourceKey, source: source, target: target,
            targetKey: targetKey, evidence: .absent, step: .compare(needs: nil))
    }
}
