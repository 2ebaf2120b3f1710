// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// A listing without the directories that hold an object of a given name, with all that is below them
/// (`--exclude-if-present`).
///
/// Whether a directory holds one is asked for once; a listing in key order shows it too late. Only the answers for the
/// directories around the last key are kept.
public final class MarkedListing: Listing, @unchecked Sendable {  // safe: one caller at a time
    /// Directories that are asked about side by side.
    private static let looksInFlight = 64

    private let inner: any Listing
    /// Bytes of the prefix that all keys of the listing begin with.
    private let prefixCount: Int
    private let names: [ObjectKey]
    /// Where a directory may hold one: the location that is listed, perhaps another beside it.
    private let locations: [SyncLocation]
    /// Whether a directory, relative to the locations, is excluded.
    private var answers: [ObjectKey: Bool] = [:]

    /// `inner` lists the first of `locations`.
    init(_ inner: any Listing, names: [ObjectKey], locations: [SyncLocation]) {
        self.inner = inner
        self.names = names
        self.locations = locations
        prefixCount = locations.first?.prefix.bytes.count ?? 0
    }

    /// `inner`, which lists what is under `prefix` in `backend`.
    public convenience init(_ inner: any Listing, names: [ObjectKey], in backend: any Backend, under prefix: ObjectKey)
    {
        self.init(inner, names: names, locations: [SyncLocation(backend: backend, prefix: prefix)])
    }

    public func next() async throws(StorageError) -> ListingPage? {
        guard var page = try await inner.next() else { return nil }
        var unknown = Set<ObjectKey>()
        for entry in page.entries {
            for directory in directories(of: entry.key) where answers[directory] == nil { unknown.insert(directory) }
        }
        if !unknown.isEmpty { try await ask(Array(unknown)) }
        let last = page.entries.last
        if page.entries.contains(where: { isExcluded($0.key) }) { page.entries.removeAll { isExcluded($0.key) } }
        if let last {
            let open = Set(directories(of: last.key))
            answers = answers.filter { open.contains($0.key) }
        }
        return page
    }

    private func isExcluded(_ key: ObjectKey) -> Bool { directories(of: key).contains { answers[$0] ?? false } }

    /// The directories around `key`, relative to the location, its root (the empty key) first.
    private func directories(of key: ObjectKey) -> [ObjectKey] {
        guard key.bytes.count >= prefixCount else { return [] }
        let path = key.dropFirst(prefixCount)
        var directories = [ObjectKey.root]
        path.bytes.withUnsafeBytes { bytes in
            for index in bytes.indices where bytes[index] == UInt8(ascii: "/") {
                directories.append(ObjectKey(path.bytes.prefix(index + 1)).detached())
            }
        }
        return directories
    }

    private func ask(_ directories: [ObjectKey]) async throws(StorageError) {
        let (names, locations) = (names, locations)
        do {
            try await withThrowingTaskGroup(of: (ObjectKey, Bool).self) { group in
                for (index, directory) in directories.enumerated() {
                    if index >= Self.looksInFlight, let (asked, answer) = try await group.next() {
                        answers[asked] = answer
                    }
                    group.addTask { (directory, try await Self.holds(directory, names, locations)) }
                }
                for try await (asked, answer) in group { answers[asked] = answer }
            }
        } catch {
            throw StorageError(any: error)
        }
    }

    private static func holds(
        _ directory: ObjectKey, _ names: [ObjectKey], _ locations: [SyncLocation]
    ) async throws(StorageError) -> Bool {
        for location in locations {
            for name in names {
                let key = name.prefixed(by: directory).prefixed(by: location.prefix)
                do throws(StorageError) {
                    let found = try await location.backend.present(key)
                    if let found, found.kind != .directory { return true }
                } catch {
                    // A directory that a copy is going to make holds nothing.
                    guard error.kind == .containerNotFound else { throw error }
                }
            }
        }
        return false
    }
}
