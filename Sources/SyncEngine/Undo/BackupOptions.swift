// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import Selection
public import StorageModel

/// Where a run puts what it overwrites and deletes, under the name that it had (`--backup-dir`, `--suffix`).
public struct BackupOptions: Sendable {
    /// In the target's store: another place, or the target itself, where a suffix tells a backup from the rest.
    public var place: SyncLocation
    /// What keys of the target begin with that backups do not.
    public var dropped: ObjectKey
    /// Put behind a name; empty: nothing is.
    public var suffix: String
    /// Whether the suffix goes before the name's extension.
    public var keepsExtension: Bool

    public init(place: SyncLocation, dropping: ObjectKey, suffix: String = "", keepsExtension: Bool = false) {
        self.place = place
        self.dropped = dropping
        self.suffix = suffix
        self.keepsExtension = keepsExtension
    }

    /// Where the backup of what is at `key` of the target goes, in full.
    func key(of key: ObjectKey) -> ObjectKey {
        let relative = key.hasPrefix(dropped) ? key.dropFirst(dropped.bytes.count) : key
        guard !suffix.isEmpty else { return relative.prefixed(by: place.prefix) }
        var name = relative.bytes.array
        let end = keepsExtension ? Self.startOfExtension(name) : name.count
        name.insert(contentsOf: Array(suffix.utf8), at: end)
        return ObjectKey(SharedBytes(name)).prefixed(by: place.prefix)
    }

    /// Whether `key`, relative to the target, has a name that a backup among the target's own objects has. Those a sync
    /// leaves alone, or it would back them up again and again.
    func isBackup(_ key: ObjectKey, at target: SyncLocation) -> Bool {
        guard !suffix.isEmpty, overlaps(place, target) else { return false }
        let name = key.lastComponent.bytes.array, end = keepsExtension ? Self.startOfExtension(name) : name.count
        return name[..<end].reversed().starts(with: suffix.utf8.reversed()) && end > suffix.utf8.count
    }

    /// Where the extension of a name begins, that of what is packed within included: `.gz`, `.tar.gz`.
    private static func startOfExtension(_ name: [UInt8]) -> Int {
        let start = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        guard let dot = name[start...].lastIndex(of: UInt8(ascii: ".")) else { return name.count }
        let tar = Array(".tar".utf8)
        return name[start..<dot].reversed().starts(with: tar.reversed()) ? dot - tar.count : dot
    }

    /// Why a run cannot put backups there, of whose target `selection` is looked at; nil when it can. Pure.
    public func refusal(source: SyncLocation, target: SyncLocation, selection: Selection) -> String? {
        if overlaps(place, source) {
            return
                "the directory for backups (--backup-dir) and the source lie one within the other: what is kept there "
                + "would be copied too. Name a directory outside of it"
        }
        guard overlaps(place, target) else { return nil }
        if let way = way(from: target, to: place) {
            if way.isRoot, !suffix.isEmpty { return nil }
            if !way.isRoot, !selection.mayContain(way) { return nil }
        }
        return "the directory for backups (--backup-dir) and the target lie one within the other: what is kept there "
            + "would be overwritten or deleted by runs. Name a directory outside of it, or exclude it"
    }
}
