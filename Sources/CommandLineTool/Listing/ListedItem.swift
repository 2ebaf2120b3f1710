// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// One object, directory or bucket as a listing command shows it.
struct ListedItem: Sendable {
    /// Relative to the location, without trailing slash.
    var path: ObjectKey
    /// What the store said; for a directory that only shows in the keys under it, its bare name.
    var entry: Entry
    var isBucket = false

    var isDirectory: Bool { isBucket || entry.kind == .directory }

    /// The modification time, as far as it is known without another request.
    var modified: Timestamp? { entry.modified ?? entry.written }

    /// What rclone shows for a directory without a time of its own: 2000-01-01.
    static let unknownTime = Timestamp(seconds: 946_684_800)
}
