// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension WorkRunner {
    /// Leaves alone or copies what another place has; everything else is transferred.
    func lookElsewhere(_ work: Work) async throws(RunStop) {
        context.progress.add(1, to: .checksDone)
        let finding: Elsewhere.Finding?
        do throws(StorageError) {
            finding = try await context.elsewhere?.find(work)
        } catch {
            return try context.fail(work, error, evidence: .problem)
        }
        guard let finding else {
            let next = try context.copy(work, work.source, work.target, work.evidence, hasLooked: true)
            if let next { await lanes.send(next) }
            return
        }
        guard context.options.elsewhere?.copies ?? false else {
            return context.complete(work, .skipped, evidence: .elsewhere)
        }
        if context.options.dryRun { return context.complete(work, .wouldServerCopy) }
        guard try await isAllowed(work), let work = try await kept(work) else { return }
        do throws(StorageError) {
            guard let completion = try await context.elsewhere?.copy(finding, for: work) else { return }
            context.keeper?.left(completion.written, at: work.targetKey)
            context.complete(
                work, completion.action, checksum: completion.checksum, isLengthOnly: completion.isLengthOnly,
                moved: released(work, isLengthOnly: completion.isLengthOnly))
        } catch {
            try context.fail(work, error)
        }
    }
}
