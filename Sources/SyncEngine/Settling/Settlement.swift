// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// What is done waits here until it survives a power cut. Then the source of a move goes, and only then is it written
/// down as done.
final class Settlement: Sendable {
    /// Something that is done.
    struct Item: Sendable {
        var slot: JournalSlot?
        /// The source object that a move deletes.
        var moved: Entry?
        /// What the next run may go by.
        var proof: StateRecord?
    }

    private struct State {
        var items: [Item] = []
        var last = ContinuousClock.now
        var isSettling = false
    }

    /// Items that are settled together.
    private static let countMax = 1000
    /// How long an item waits at most, while others follow.
    private static let patience = Duration.seconds(2)

    private let state = Mutex(State())

    func add(_ item: Item) { state.withLock { $0.items.append(item) } }

    /// Settles what waits, if that is much or has waited long.
    func advance(_ context: RunContext) async {
        let items = state.withLock { state -> [Item] in
            let isDue = state.items.count >= Self.countMax || .now - state.last >= Self.patience
            guard isDue, !state.isSettling, !state.items.isEmpty else { return [] }
            state.isSettling = true
            return state.items.consume()
        }
        guard !items.isEmpty else { return }
        await settle(items, context)
        state.withLock { state in
            state.isSettling = false
            state.last = .now
        }
    }

    /// Settles everything, also when the run is being cancelled; sources that would have moved then stay.
    func finish(_ context: RunContext) async {
        var items = state.withLock { $0.items.consume() }
        guard Task.isCancelled else { return await settle(items, context) }
        items.removeAll { $0.moved != nil }
        let rest = items
        // Not a child task: it would be cancelled with the run, and what was done would count as undone.
        await Task(executorPreference: context.executor) { await self.settle(rest, context) }.value
    }

    private func settle(_ items: [Item], _ context: RunContext) async {
        guard !items.isEmpty else { return }
        do throws(StorageError) {
            try await context.target.backend.flush()
        } catch {
            var error = error
            error.advice = "some of what was written may not have reached the disk: run again with --checksum"
            return context.failOther(.root, error)
        }
        let moved = items.compactMap(\.moved)
        let kept = moved.isEmpty ? [] : await context.deleteSources(moved)
        let proofs = items.compactMap(\.proof)
        if !proofs.isEmpty { await context.state?.append(proofs) }
        // What is still to be deleted is still to be done.
        let done = kept.isEmpty ? items : items.filter { item in item.moved.map { !kept.contains($0.key) } ?? true }
        let slots = done.compactMap(\.slot)
        if !slots.isEmpty { context.journal?.settle(slots) }
    }
}

extension Array {
    /// All elements; none are left.
    fileprivate mutating func consume() -> [Element] {
        defer { self = [] }
        return self
    }
}
