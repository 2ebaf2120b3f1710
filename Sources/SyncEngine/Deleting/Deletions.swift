// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// What a sync deletes, if nothing speaks against it.
struct Deletions {
    let context: RunContext
    let spill: DeletionSpill

    /// Deletes it; returns why nothing was, or why the run has to end. `isWhole`: both sides were listed to their ends.
    /// `needsSuccess`: nothing may have failed, be it only a transfer.
    func run(isWhole: Bool = true, needsSuccess: Bool = false) async -> SyncReport.Stop? {
        guard context.options.mode == .sync, spill.count > 0 else { return nil }
        var (objects, otherFailures) = context.tally.withLock { ($0.report.objects, $0.report.otherFailures) }
        // What an earlier run listed is not counted here.
        if objects.listedSource == 0, context.options.resuming != nil, await hasSource() { objects.listedSource = 1 }
        let refusal = DeletionStage.refusal(
            deletions: spill.count, bytes: spill.bytes, listedSource: objects.listedSource,
            listedTarget: objects.listedTarget, options: context.options.deleting)
        let hasFailed = objects.failed > 0 || otherFailures > 0
        let isAllowed = isWhole && !(hasFailed && (needsSuccess || context.options.deleting.timing == .before))
        if refusal != nil || !isAllowed {
            context.tally.withLock { $0.report.deletionsWithheld = spill.count }
        }
        if let refusal { return .refused(refusal) }
        guard isAllowed else {
            context.notice(
                nil, "\(spill.count) objects of the target were not deleted, since not everything else succeeded")
            return nil
        }
        do {
            try await DeletionStage(context: context, spill: spill).run()
            return nil
        } catch {
            return .init(error)
        }
    }

    /// Whether the source has anything at all.
    private func hasSource() async -> Bool {
        let listing = context.source.backend.list(
            ListRequest(prefix: context.source.prefix, order: context.sourceCapabilities.listingOrders[0]))
        do throws(StorageError) {
            while let page = try await listing.next() { if !page.entries.isEmpty { return true } }
            return false
        } catch {
            return false
        }
    }
}
