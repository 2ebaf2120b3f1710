// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension WorkRunner {
    /// Does with a copy whose source is archived what the options say: asks for a restore, waits for it, or leaves it out.
    func leaveArchived(_ work: Work) async throws(RunStop) {
        let state: ArchiveState
        do throws(StorageError) { state = try await archiveState(work) } catch { return try context.fail(work, error) }
        if case .restored = state, work.attempt == 1 { return try await copyAfresh(work) }
        uncount(work)
        guard context.options.archives.waits, state == .restoring else { return context.leave(work, state) }
        do throws(StorageError) { try context.thawing.append(work) } catch { throw RunStop(reason: .failed(error)) }
    }

    /// How far the source is from being readable, once what can be asked for is.
    private func archiveState(_ work: Work) async throws(StorageError) -> ArchiveState {
        let options = context.options.archives
        guard options.waits || options.restore != nil else { return work.source.archive ?? .archived }
        // Where only a refusal told, a look tells more.
        let known =
            if let state = work.source.archive { state } else { try await context.freshSource(work.source).archive }
        // What was restored before and is refused again would be asked for without an end.
        guard known ?? .archived == .archived, work.attempt == 1, let request = options.restore else {
            return known ?? .archived
        }
        return try await restore(work.source, request)
    }

    private func restore(_ source: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState {
        let state = try await context.source.backend.restore(source, request) ?? .restored(until: nil)
        if state == .restoring { context.tally.withLock { $0.report.restoresBegun += 1 } }
        return state
    }

    /// It is no more among what is going to be copied in this pass.
    private func uncount(_ work: Work) {
        context.progress.add(-1, to: .objectsPlanned)
        context.progress.add(-Int(work.source.size), to: .bytesPlanned)
    }
}
