// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Which old versions of each key may go, by the rules of S3's lifecycle: how many of those that are not current are kept,
/// and how long ago the others were replaced
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html); pure.
///
/// Entries are given key by key, the newest version of each first, as a listing of versions has them. What is current never
/// goes; a delete marker does once nothing is left below it.
public struct VersionExpiry: Sendable {
    private let keep: Int
    private let age: Duration
    private let now: Timestamp
    private var key: ObjectKey?
    /// The version that came last: what replaced the next one.
    private var newer: Entry?
    /// Versions of the key that are not current, so far, and how many of them go.
    private var old = 0, expired = 0
    /// A delete marker that is current.
    private var marker: Entry?

    /// Keeps the `keep` newest of the versions that are not current, and those that were replaced less than `age` before
    /// `now`.
    public init(keep: Int, age: Duration, now: Timestamp) {
        self.keep = keep
        self.age = age
        self.now = now
    }

    /// Those of what may go that is known now. Nil: the listing is over.
    public mutating func expired(_ entry: Entry?) -> [Entry] {
        guard let entry else { return ended() }
        guard entry.kind != .directory else { return [] }
        guard entry.key == key else {
            let last = ended()
            key = entry.key.detached()
            (newer, old, expired) = (entry, 0, 0)
            marker = entry.kind == .deleteMarker ? entry.detached() : nil
            return last
        }
        old += 1
        defer { newer = entry }
        guard old > keep, isOld(newer?.written) else { return [] }
        expired += 1
        return [entry.detached()]
    }

    private mutating func ended() -> [Entry] {
        defer { marker = nil }
        guard let marker, old == expired, isOld(marker.written) else { return [] }
        return [marker]
    }

    private func isOld(_ time: Timestamp?) -> Bool {
        guard let time, time <= now else { return false }
        return time.distance(to: now) >= age
    }
}
