// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What passes over single objects have in common.
extension RunContext {
    /// Carries out what `feed` sends, in lanes of their own; returns why that ended the run, if it did.
    func carryOut(_ feed: @escaping @Sendable (Lanes) async throws -> Void) async -> SyncReport.Stop? {
        let lanes = Lanes(options.order)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask(executorPreference: executor) {
                    defer { lanes.finishChecks() }
                    try await feed(lanes)
                }
                group.addTask { try await WorkForce(context: self, lanes: lanes).run() }
                while try await group.next() != nil {}
            }
            return nil
        } catch {
            return .init(error)
        }
    }

    /// The source of `work` as it is now; nil when that failed, which is then recorded.
    func currentSource(of work: Work) async throws(RunStop) -> Entry? {
        do throws(StorageError) { return try await freshSource(work.source) } catch {
            try fail(work, error, evidence: .problem)
            return nil
        }
    }
}
