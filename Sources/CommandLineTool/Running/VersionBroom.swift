// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import StorageModel
internal import SyncEngine

/// Removes old versions for good.
struct VersionBroom: Sendable {
    let context: ToolContext
    /// How many versions that are not current stay of each key.
    let keep: Int
    /// How long ago a version must have been replaced.
    let age: Duration
    let dryRun: Bool

    /// Removes those under `prefix`; returns how many went, and how many could not.
    func sweep(_ backend: any Backend, _ prefix: ObjectKey) async throws -> (removed: Int, failures: Int) {
        var request = ListRequest(prefix: prefix, order: backend.capabilities.listingOrders[0])
        request.versions = .all
        let listing = backend.list(request)
        let deleter = BatchDeleter(context: context, dryRun: dryRun)
        var expiry = VersionExpiry(keep: keep, age: age, now: TimeFormat.now)
        var removed = 0, failures = 0
        while let page = try await listing.next() {
            let entries = page.entries.filter { prefix.isRoot || prefix.isDirectoryMarker || $0.key == prefix }
            let expired = entries.flatMap { expiry.expired($0) }
            failures += try await deleter.delete(named(expired, prefix), in: backend)
            removed += expired.count
        }
        let last = expiry.expired(nil)
        failures += try await deleter.delete(named(last, prefix), in: backend)
        return (removed + last.count - failures, failures)
    }

    private func named(_ entries: [Entry], _ prefix: ObjectKey) -> [(ObjectKey, Entry)] {
        entries.map { ($0.key == prefix ? $0.key : $0.key.dropFirst(prefix.bytes.count), $0) }
    }
}
