// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension RunContext {
    /// Writes down what is about to be done, before any of it is: `works`, and the deletion of `condemned` entries of the
    /// target, for which the slots are returned. `reached` is the last key up to which the merge has come.
    func writeDown(
        _ works: inout [Work], condemned: [Entry] = [], reached: ObjectKey? = nil
    ) async -> [JournalSlot?] {
        guard let journal else { return condemned.map { _ in nil } }
        guard !works.isEmpty || !condemned.isEmpty else {
            if let reached { journal.reached(reached) }
            return []
        }
        var actions = works.map(\.action)
        for entry in condemned {
            let key = entry.key.dropFirst(target.prefix.bytes.count)
            actions.append(PlannedAction(.delete, key, replaces: true))
        }
        var slots: [JournalSlot] = []
        slots.reserveCapacity(actions.count)
        for start in stride(from: 0, to: actions.count, by: PlannedAction.batchMax) {
            let end = min(start + PlannedAction.batchMax, actions.count)
            let number = await journal.plan(
                Array(actions[start..<end]), reached: end == actions.count ? reached : nil)
            for index in 0..<end - start { slots.append(JournalSlot(batch: number, index: index)) }
        }
        for (index, work) in works.enumerated() { works[index] = work.journaled(slots[index]) }
        return Array(slots[works.count...])
    }
}
