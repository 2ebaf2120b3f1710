// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Whether one location holds the other or is the same: what is written to the one would show in the other.
///
/// Different credentials for one bucket are still one bucket.
public func overlaps(_ a: SyncLocation, _ b: SyncLocation) -> Bool {
    guard a.backend.identity.store == b.backend.identity.store else { return false }
    let left = path(a), right = path(b)
    return left.hasPrefix(right) || right.hasPrefix(left)
}

/// The way from `outer` to `inner`, which lies within: empty for the same place, else ending in `/`; nil when it does not.
func way(from outer: SyncLocation, to inner: SyncLocation) -> ObjectKey? {
    guard outer.backend.identity.store == inner.backend.identity.store else { return nil }
    let (left, right) = (path(outer), path(inner))
    return right.hasPrefix(left) ? right.dropFirst(left.bytes.count) : nil
}

/// Container and prefix as one path that ends in `/`. A directory tree's container is itself a path.
private func path(_ location: SyncLocation) -> ObjectKey {
    var path = Array(location.backend.identity.container.utf8)
    while path.last == UInt8(ascii: "/") { path.removeLast() }
    path.append(UInt8(ascii: "/"))
    path += location.prefix.bytes.array
    if path.last != UInt8(ascii: "/") { path.append(UInt8(ascii: "/")) }
    return ObjectKey(SharedBytes(path))
}
