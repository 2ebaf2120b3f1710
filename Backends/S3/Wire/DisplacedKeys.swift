// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Keys that a store leaves out of a listing between two pages, since it keeps what has versions under another name.
///
/// SeaweedFS keeps the object `a` of a bucket with versions as the directory `a.versions`. Its pages end by that order, behind
/// `a-b`, `a.txt` and all of `a/`, and begin behind the last key by the order of keys: if one ends between `a.txt` and `a`, no
/// page ever has `a`. Such a key is a proper prefix of the last one before it.
enum DisplacedKeys {
    private static let slash = UInt8(ascii: "/")
    private static let suffix = Array(".versions".utf8)

    /// The keys that may be missing behind a page whose last key, or directory, is `last`, shortest first: those with `prefix`.
    static func around(_ last: ObjectKey, under prefix: ObjectKey) -> [ObjectKey] {
        let bytes = last.bytes.array
        return (max(prefix.bytes.count, 1)..<max(bytes.count, 1, prefix.bytes.count)).compactMap { end in
            guard bytes[end - 1] != slash else { return nil }
            let isBefore = bytes[end] == slash || bytes[end...].lexicographicallyPrecedes(suffix)
            return isBefore ? ObjectKey(SharedBytes(Array(bytes[..<end]))) : nil
        }
    }
}
