// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel

/// Which directories a listing of a location need not enter: what runs keep for an undo, and what rules exclude whole.
struct Pruning: Sendable {
    private let trash: UndoTrash?
    private let selection: Selection
    /// Bytes of the location's prefix.
    private let prefixCount: Int
    private static let slash = UInt8(ascii: "/")

    /// Nil: everything is entered.
    init?(_ location: SyncLocation, _ selection: Selection) {
        trash = UndoTrash(location)
        self.selection = selection
        prefixCount = location.prefix.bytes.count
        if trash == nil, !selection.prunes { return nil }
    }

    /// Whether rules exclude directories, beside what is kept for an undo.
    var hasRules: Bool { selection.prunes }

    /// Whether anything below `directory`, a whole key that ends in `/`, is wanted.
    func enters(_ directory: ObjectKey) -> Bool {
        guard !isTrash(directory) else { return false }
        return directory.bytes.count <= prefixCount || selection.mayContain(directory.dropFirst(prefixCount))
    }

    /// Whether `key` belongs to what is kept for an undo, which is no entry of the location.
    func isTrash(_ key: ObjectKey) -> Bool { trash.map { !$0.shows(key) } ?? false }

    /// The last name in the outermost directory around `key` that is not entered; nil when all are.
    func end(around key: ObjectKey) -> ObjectKey? {
        if let end = trash?.end(around: key) { return end }
        guard selection.prunes, key.bytes.count > prefixCount,
            let count = selection.excludedDirectory(of: key.dropFirst(prefixCount))
        else { return nil }
        return ObjectKey("\u{10ffff}").prefixed(by: ObjectKey(key.bytes.prefix(prefixCount + count)))
    }
}
