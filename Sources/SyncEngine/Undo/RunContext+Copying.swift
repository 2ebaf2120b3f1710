// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension RunContext {
    /// What a run's transfers are for.
    enum Purpose: Sendable {
        case run
        /// Copies to where things are kept for an undo: exactly as they are, without an added time.
        case keeping
        /// Puts them back, only over what was found there.
        case undoing
        /// Carries out a plan, only over what was there when it was made.
        case applying

        /// Whether copies are like their sources in everything.
        var isExact: Bool { self == .keeping || self == .undoing }
    }

    /// Copies the one object `entry` of the source to `key` of the target, which holds `there`; by the store itself where
    /// it can.
    @discardableResult
    func copy(
        _ entry: Entry, to key: ObjectKey, over there: Entry? = nil
    ) async throws(StorageError) -> Transfer.Completion {
        let strategy = try strategy(entry)
        let work = Work(
            key: key.dropFirst(target.prefix.bytes.count), source: entry, target: there, targetKey: key,
            evidence: .forced, step: .copy(strategy))
        do throws(StorageError) {
            return try await Transfer(context: self).run(work, strategy)
        } catch {
            if strategy.isServerSide, error.kind == .permissionDenied || error.kind == .unsupported {
                isStreaming.store(true, ordering: .relaxed)
            }
            throw error
        }
    }

    /// See ``StorageModel/Capabilities/conditionOfReplacing(_:)``.
    func conditionOfReplacing(_ work: Work) -> Precondition? { targetCapabilities.conditionOfReplacing(work) }
}

extension Capabilities {
    /// The condition that the target is still what is known of it, where the store honours one: what was kept for an undo,
    /// or what an undo found there.
    func conditionOfReplacing(_ work: Work) -> Precondition? {
        let honoured = conditions
        switch work.step {
        case .copy(.parts), .copy(.serverCopyParts): guard honoured.contains(.completeIfAbsent) else { return nil }
        default: break
        }
        guard let there = work.target else { return honoured.contains(.writeIfAbsent) ? .absent : nil }
        return honoured.contains(.writeIfMatch) ? there.tag.map { .matches($0) } : nil
    }
}
