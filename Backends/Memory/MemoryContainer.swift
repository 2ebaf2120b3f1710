// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Objects by key, and their sorted keys, which are made when a listing first needs them.
struct MemoryContainer: Sendable {
    private var objects: [ObjectKey: MemoryObject] = [:]
    /// What each key held, the oldest first, where the store keeps versions.
    private(set) var histories: [ObjectKey: [MemoryVersion]] = [:]
    private var versionCount = 0
    private var sorted: [ListingOrder: [ObjectKey]] = [:]
    var uploads: [String: MemoryUpload] = [:]
    private var uploadCount = 0
    private var inodeCount: UInt64 = 0

    var isEmpty: Bool { objects.isEmpty }

    subscript(key: ObjectKey) -> MemoryObject? {
        get { objects[key] }
        set {
            if objects.updateOrRemove(newValue, at: key) { sorted = [:] }
        }
    }

    /// Makes `object` the newest version of `key`, or a delete marker where there is none; returns the version's id.
    @discardableResult
    mutating func keep(_ object: MemoryObject?, at key: ObjectKey, written: Timestamp) -> String {
        versionCount += 1
        let id = "version-\(versionCount)"
        var object = object
        object?.version = id
        histories[key.detached(), default: []].append(MemoryVersion(id: id, written: written, object: object))
        self[key] = object
        return id
    }

    /// Changes what `key` holds without a version more.
    mutating func amend(_ object: MemoryObject, at key: ObjectKey) {
        self[key] = object
        guard var history = histories[key], let last = history.indices.last else { return }
        history[last].object = object
        histories[key] = history
    }

    /// Removes the version `id` for good; what came before it is seen again, if it was the newest.
    mutating func remove(version id: String, of key: ObjectKey) {
        guard var history = histories[key] else { return }
        history.removeAll { $0.id == id }
        histories[key] = history.isEmpty ? nil : history
        self[key] = history.last?.object
    }

    /// A name for one more upload, never used before in this container.
    mutating func nextUploadToken() -> String {
        uploadCount += 1
        return "upload-\(uploadCount)"
    }

    /// The number of one more file.
    mutating func nextInode() -> UInt64 {
        inodeCount += 1
        return inodeCount
    }

    /// Keys in `order`; for ``ListingOrder/unordered`` shuffled by `seed`.
    mutating func keys(in order: ListingOrder, seed: UInt64) -> [ObjectKey] {
        if let ready = sorted[order] { return ready }
        var keys = objects.keys.sorted { order.compare($0, $1) < 0 }
        if order == .unordered { keys.shuffle(seed: seed) }
        sorted[order] = keys
        return keys
    }
}

extension MemoryContainer {
    /// The versions of `key`, as a listing shows them, the newest first.
    func versions(of key: ObjectKey, showsModified: Bool) -> [Entry] {
        (histories[key] ?? []).reversed().map { version in
            guard let object = version.object else {
                return Entry(
                    key: key, kind: .deleteMarker, size: 0, written: version.written, version: version.id)
            }
            var entry = object.listed(key, showsModified: showsModified)
            entry.version = version.id
            return entry
        }
    }
}

extension [ObjectKey: MemoryObject] {
    /// Whether the set of keys changed.
    fileprivate mutating func updateOrRemove(_ value: MemoryObject?, at key: ObjectKey) -> Bool {
        guard let value else { return removeValue(forKey: key) != nil }
        if let index = index(forKey: key) {
            values[index] = value
            return false
        }
        self[key.detached()] = value  // the key may be a slice of a listing page
        return true
    }
}

extension [ObjectKey] {
    /// Fisher and Yates's shuffle, the same for the same seed.
    fileprivate mutating func shuffle(seed: UInt64) {
        var state = seed
        for index in indices.dropFirst().reversed() {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            swapAt(index, Int((state >> 33) % UInt64(index + 1)))
        }
    }
}
