// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What a location has of given names, each looked at by a request of its own: nothing is listed.
final class LookedUpListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    /// Names of a page.
    static let pageSize = 256
    /// Names that are looked at side by side.
    private static let looksInFlight = 64

    private let names: any Listing
    private let location: SyncLocation
    private let side: Side
    /// The last key that was looked at.
    private(set) var reached: ObjectKey?

    /// `names`: keys relative to `location`, in the order that entries are to come in.
    init(_ names: any Listing, at location: SyncLocation, as side: Side) {
        self.names = names
        self.location = location
        self.side = side
    }

    func next() async throws(StorageError) -> ListingPage? {
        guard let page = try await names.next() else { return nil }
        let keys = page.entries.map { $0.key.prefixed(by: location.prefix) }
        let found = try await looks(at: keys)
        reached = keys.last ?? reached
        var result = ListingPage(entries: [])
        for (key, look) in zip(keys, found) {
            switch look {
            case .success(let entry?): result.entries.append(entry)
            case .success(nil):
                guard side == .source else { continue }
                let error = StorageError(
                    .notFound, during: .stat, at: location.backend.identity.container, key: key,
                    message: "it is in the list of names, but not there")
                result.issues.append(ListingIssue(.notice, key: key, error: error))
            case .failure(let error):
                // What is at the target and was not seen would be overwritten unseen.
                if side == .target { throw error }
                result.issues.append(ListingIssue(.incomplete, key: key, error: error))
            }
        }
        return result
    }

    private func looks(at keys: [ObjectKey]) async throws(StorageError) -> [Result<Entry?, StorageError>] {
        let backend = location.backend
        do {
            return try await withThrowingTaskGroup(of: (Int, Result<Entry?, StorageError>).self) { group in
                var looks = [Result<Entry?, StorageError>](repeating: .success(nil), count: keys.count)
                for (index, key) in keys.enumerated() {
                    if index >= Self.looksInFlight, let (done, look) = try await group.next() { looks[done] = look }
                    group.addTask(executorPreference: backend.preferredExecutor) {
                        (index, try await Self.look(at: key, in: backend))
                    }
                }
                for try await (done, look) in group { looks[done] = look }
                return looks
            }
        } catch {
            throw StorageError(any: error)
        }
    }

    /// Throws what makes every other look pointless too.
    private static func look(
        at key: ObjectKey, in backend: any Backend
    ) async throws -> Result<Entry?, StorageError> {
        do throws(StorageError) {
            let found = try await backend.present(key)
            return .success(found?.kind == .directory ? nil : found)
        } catch {
            if error.kind == .cancelled || RunStop.isFatal(error) { throw error }
            return .failure(error)
        }
    }
}
