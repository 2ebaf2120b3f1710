// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Looks for the objects of a run in other places.
final class Elsewhere: Sendable {
    /// A place, as the target of a comparison and as the source of a copy.
    private struct Place: Sendable {
        var comparing: RunContext
        var copying: RunContext?
    }

    private let places: [Place]
    private let dropped: ObjectKey

    /// Looks for the objects that a run with `options` would transfer, within its budgets.
    init(
        _ elsewhere: ElsewhereOptions, source: SyncLocation, target: SyncLocation, options: SyncOptions,
        budgets: RunBudgets, progress: SyncProgress, executor: any TaskExecutor
    ) {
        dropped = elsewhere.dropped
        places = elsewhere.places.map { location in
            var comparing = SyncOptions(mode: .check)
            comparing.comparing = options.comparing
            // What there is elsewhere is neither newer nor older than the target.
            comparing.comparing.update = false
            comparing.comparing.ignoresExisting = false
            comparing.comparing.ignoresTimes = false
            comparing.transferring = options.transferring
            var place = Place(
                comparing: RunContext(
                    source: source, target: location, options: comparing, observer: nil, progress: SyncProgress(),
                    budgets: budgets, executor: executor))
            if elsewhere.copies {
                var copying = SyncOptions(mode: .copy)
                copying.transferring = options.transferring
                place.copying = RunContext(
                    source: location, target: target, options: copying, observer: nil, progress: progress,
                    budgets: budgets, executor: executor)
            }
            return place
        }
    }

    /// What was found of an object.
    struct Finding: Sendable {
        var entry: Entry
        fileprivate var place: Int
    }

    /// The first place's object that equals the source of `work`; nil: none does.
    func find(_ work: Work) async throws(StorageError) -> Finding? {
        for (index, place) in places.enumerated() {
            guard let found = try await there(work.targetKey, place.comparing.target), found.kind == work.source.kind
            else {
                continue
            }
            let finding = try await Prover(context: place.comparing).decide(work.source, found, needs: nil)
            if case .same = finding.verdict { return Finding(entry: finding.target, place: index) }
        }
        return nil
    }

    /// A place that does not exist (yet) has nothing.
    private func there(_ key: ObjectKey, _ location: SyncLocation) async throws(StorageError) -> Entry? {
        do throws(StorageError) {
            let name = key.hasPrefix(dropped) ? key.dropFirst(dropped.bytes.count) : key
            return try await location.backend.present(name.prefixed(by: location.prefix))
        } catch {
            guard error.kind == .containerNotFound else { throw error }
            return nil
        }
    }

    /// Copies what was found to where `work` goes.
    func copy(_ finding: Finding, for work: Work) async throws(StorageError) -> Transfer.Completion {
        guard let context = places[finding.place].copying else {
            preconditionFailure("what is only compared is not copied")
        }
        return try await context.copy(finding.entry, to: work.targetKey, over: work.target)
    }
}
