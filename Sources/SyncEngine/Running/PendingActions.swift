// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel
import Synchronization

/// What an earlier run decided and did not do: each object is looked at afresh on both sides, whatever was decided then.
struct PendingActions {
    /// Objects that are looked at side by side.
    private static let looksInFlight = 16

    let context: RunContext
    let deletions: DeletionSpill

    /// What a look at both sides found.
    private struct Finding: Sendable {
        var key: ObjectKey
        var source: Result<Entry?, StorageError>
        var target: Result<Entry?, StorageError>

        /// Why a side could not be looked at.
        var error: StorageError? {
            if case .failure(let error) = source { return error }
            if case .failure(let error) = target { return error }
            return nil
        }

        /// Stands for the source's object where that was not seen.
        func unseen(at location: SyncLocation) -> Entry { Entry(key: key.prefixed(by: location.prefix), size: 0) }
    }

    /// Carries out what `point` holds; returns why the run ended, if it did.
    func run(_ point: ResumePoint) async -> SyncReport.Stop? {
        let lanes = Lanes(context.options.order)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { lanes.finishChecks() }
                    while let actions = try await point.pending() { try await take(actions, lanes) }
                }
                group.addTask { try await WorkForce(context: context, lanes: lanes).run() }
                while try await group.next() != nil {}
            }
            return nil
        } catch {
            return .init(error)
        }
    }

    private func take(_ actions: [PlannedAction], _ lanes: Lanes) async throws {
        var works: [Work] = [], unseen: [Work] = [], errors: [StorageError] = [], condemned: [Entry] = []
        for finding in try await look(at: actions.map(\.key)) {
            if let error = finding.error {
                unseen.append(work(finding.key, finding.unseen(at: context.source), nil))
                errors.append(error)
            } else if let work = try decide(finding, &condemned) {
                works.append(work)
            }
        }
        // What could not be looked at is still to be done, by whoever goes on with this run.
        _ = await context.writeDown(&unseen)
        for (work, error) in zip(unseen, errors) {
            context.tally.withLock { $0.report.objects.listedSource += 1 }
            try context.failFinally(work, error, evidence: .problem)
        }
        let slots = await context.writeDown(&works, condemned: condemned)
        for (entry, slot) in zip(condemned, slots) { try deletions.append(entry, slot) }
        _ = await lanes.send(works)
        await context.settlement.advance(context)
    }

    private func look(at keys: [ObjectKey]) async throws -> [Finding] {
        try await withThrowingTaskGroup(of: Finding.self) { group in
            var findings: [Finding] = [], running = 0
            for key in keys {
                if running == Self.looksInFlight, let finding = try await group.next() {
                    findings.append(finding)
                    running -= 1
                }
                running += 1
                group.addTask {
                    Finding(
                        key: key, source: await stat(key, at: context.source),
                        target: await stat(key, at: context.target))
                }
            }
            while let finding = try await group.next() { findings.append(finding) }
            return findings
        }
    }

    private func stat(_ key: ObjectKey, at location: SyncLocation) async -> Result<Entry?, StorageError> {
        do throws(StorageError) {
            let key = key.prefixed(by: location.prefix)
            return .success(try await location.backend.stat(key, version: nil).detached())
        } catch {
            return error.kind == .notFound ? .success(nil) : .failure(error)
        }
    }

    private func decide(_ finding: Finding, _ condemned: inout [Entry]) throws -> Work? {
        let finding = selected(finding)
        switch (finding.source, finding.target) {
        case (.failure, _), (_, .failure): return nil
        case (.success(nil), .success(let target)):
            guard let target else { return nil }
            context.tally.withLock { $0.report.objects.listedTarget += 1 }
            if context.options.mode == .sync { condemned.append(target) }
            return nil
        case (.success(let source?), .success(let target)):
            guard context.options.selection.selectsClass(of: source) else { return nil }
            context.tally.withLock { tally in
                tally.report.objects.listedSource += 1
                if target != nil { tally.report.objects.listedTarget += 1 }
                if target != nil { tally.report.objects.checked += 1 }
            }
            let work = self.work(finding.key, source, target)
            guard let target else { return try context.copy(work, source, nil, .absent) }
            let verdict = context.comparator.verdict(source, target, Knowledge(source, target))
            let looks = context.metadataLooks.include(source, target, after: verdict)
            return try context.follow(verdict, work, source, target, looksAtMetadata: looks)
        }
    }

    /// What the listings would have shown of it.
    private func selected(_ finding: Finding) -> Finding {
        func isShown(_ entry: Entry, _ selection: Selection) -> Bool {
            entry.kind == .directory
                ? selection.mayContain(finding.key) : selection.selects(entry, key: finding.key)
        }
        var shown = finding
        let options = context.options
        if case .success(let source?) = finding.source, !isShown(source, options.selection) {
            shown.source = .success(nil)
        }
        if case .success(let target?) = finding.target, !isShown(target, options.targetSelection) {
            shown.target = .success(nil)
        }
        return shown
    }

    private func work(_ key: ObjectKey, _ source: Entry, _ target: Entry?) -> Work {
        Work(
            key: key, source: source, target: target, targetKey: key.prefixed(by: context.target.prefix),
            evidence: .absent, step: .compare(needs: nil))
    }
}
