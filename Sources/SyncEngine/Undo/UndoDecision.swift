// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What an undo does about one object; pure.
enum UndoDecision: Sendable, Hashable {
    /// Put back what was there.
    case restore
    /// Delete what the run made.
    case remove
    /// It is as it was already.
    case nothing
    /// Someone changed it since, or nothing shows that nobody did: it stays.
    case changed

    /// `now`: what the target holds; nil: nothing.
    init(_ record: UndoRecord, now: Entry?) {
        guard let now else {
            switch record.change {
            case .created: self = .nothing
            case .deleted: self = .restore
            case .replaced: self = .changed
            }
            return
        }
        if let before = record.before, Self.isExactly(now, before) {
            self = .nothing
        } else if record.change != .deleted, let after = record.after, Self.isSame(now, after) {
            self = record.change == .created ? .remove : .restore
        } else if let before = record.before, Self.isSame(now, before) {
            self = .nothing
        } else {
            self = .changed
        }
    }

    /// Whether `now` is the state `was`, by all that both tell.
    static func isSame(_ now: Entry, _ was: Entry) -> Bool {
        guard now.kind == was.kind, now.size == was.size else { return false }
        let areTimesEqual: Bool? =
            if let a = now.modified, let b = was.modified { a == b } else { nil }
        if let a = now.tag, let b = was.tag { return a == b && areTimesEqual ?? true }
        switch ChecksumComparison.compare(now, was) {
        case .some(let isSame): return isSame && areTimesEqual ?? true
        case nil: return now.kind == .directory || areTimesEqual ?? false
        }
    }

    /// Whether `now` is the state `was` to the last header; both come from a stat.
    private static func isExactly(_ now: Entry, _ was: Entry) -> Bool {
        guard let metadata = was.metadata, let tag = was.tag else { return false }
        return now.tag == tag && now.size == was.size && now.modified == was.modified && now.metadata == metadata
    }
}
