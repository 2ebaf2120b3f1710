// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What a sync is going to delete at the target, where objects may be found that only have another name by now
/// (`--track-renames`). They are copied within the target; the old name goes with the other deletions.
final class Renames: Sendable {
    /// Objects that are remembered; of more, the rest is transferred.
    private static let countMax = 1_000_000
    /// Objects of one size that are compared with a new one.
    private static let comparedMax = 16

    private let bySize: [Int64: [Entry]]
    private let comparing: RunContext
    private let copying: RunContext

    /// Among what `spill` holds, which is written to its end.
    init(_ spill: DeletionSpill, for run: RunContext) throws(StorageError) {
        var bySize: [Int64: [Entry]] = [:], count = 0
        var batches = spill.batches(of: 1000)
        while count < Self.countMax, let batch = try batches.next() {
            for item in batch where item.entry.kind == .object && item.size > 0 {
                bySize[item.size, default: []].append(item.entry.detached())
                count += 1
            }
        }
        self.bySize = bySize
        var checking = SyncOptions(mode: .check), copying = SyncOptions(mode: .copy)
        checking.comparing.method = .checksum
        checking.transferring = run.options.transferring
        copying.transferring = run.options.transferring
        comparing = RunContext(
            source: run.source, target: run.target, options: checking, observer: nil, progress: SyncProgress(),
            budgets: run.budgets, executor: run.executor)
        self.copying = RunContext(
            source: run.target, target: run.target, options: copying, observer: nil, progress: run.progress,
            budgets: run.budgets, executor: run.executor)
    }

    /// Copies `work` from an object of equal content that is going to be deleted; nil: there is none that can be.
    func copy(_ work: Work) async throws(StorageError) -> Transfer.Completion? {
        guard work.target == nil, work.source.kind == .object, let candidates = bySize[work.source.size] else {
            return nil
        }
        let leaf = work.key.lastComponent
        let likely =
            candidates.filter { $0.key.lastComponent == leaf } + candidates.filter { $0.key.lastComponent != leaf }
        for candidate in likely.prefix(Self.comparedMax) {
            let finding = try await Prover(context: comparing).decide(work.source, candidate, needs: nil)
            guard case .same = finding.verdict else { continue }
            do throws(StorageError) {
                return try await copying.copy(candidate, to: work.targetKey)
            } catch {
                // What the store does not copy is transferred.
                if error.kind == .cancelled { throw error }
                return nil
            }
        }
        return nil
    }
}
