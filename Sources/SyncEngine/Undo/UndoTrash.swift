// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// The directories in which runs keep by default what they overwrite and delete. Runs list none of them, unless they are
/// of a location within one: in a bucket the directory at its root, in a file system every one of that name.
public struct UndoTrash: Sendable {
    /// The name of the directory.
    public static let name = ".godwit-trash"

    private static let directory = ObjectKey(name + "/")
    /// Whether there may be one at any depth.
    private let isAnywhere: Bool

    /// What `run` keeps, as a prefix in the directory's container.
    public static func prefix(run: String) -> ObjectKey { ObjectKey("\(name)/\(run)/") }

    /// What a listing of `location` leaves out; nil when that lies within such a directory itself.
    init?(_ location: SyncLocation) {
        isAnywhere = location.backend.capabilities.hasDirectories
        var path = location.prefix
        if isAnywhere { path = path.prefixed(by: ObjectKey(location.backend.identity.container + "/")) }
        if end(around: path) != nil { return nil }
    }

    /// Whether `place` is in a directory that no listing of `location` shows.
    static func hides(_ place: SyncLocation, from location: SyncLocation) -> Bool {
        guard let trash = UndoTrash(location) else { return false }
        var path = place.prefix
        if trash.isAnywhere { path = path.prefixed(by: ObjectKey(place.backend.identity.container + "/")) }
        return trash.end(around: path) != nil
    }

    /// The last name in the directory that `key` lies in, or is; nil when it lies in none.
    func end(around key: ObjectKey) -> ObjectKey? {
        guard let length = lengthOfPath(key) else { return nil }
        return ObjectKey("\u{10ffff}").prefixed(by: ObjectKey(key.bytes.prefix(length)))
    }

    /// Whether `key` is listed.
    func shows(_ key: ObjectKey) -> Bool { lengthOfPath(key) == nil }

    /// The bytes of `key` up to the `/` behind the directory's name.
    private func lengthOfPath(_ key: ObjectKey) -> Int? {
        let name = Self.directory
        if key.hasPrefix(name) { return name.bytes.count }
        guard isAnywhere, key.bytes.count > name.bytes.count else { return nil }
        return key.bytes.withUnsafeBytes { key in
            name.bytes.withUnsafeBytes { name in
                for start in 1...(key.count - name.count)
                where key[start] == name[0] && key[start - 1] == UInt8(ascii: "/")
                    && key[start..<start + name.count].elementsEqual(name)
                {
                    return start + name.count
                }
                return nil
            }
        }
    }
}
