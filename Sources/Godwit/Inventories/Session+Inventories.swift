// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
public import Replication
internal import Settings
public import StorageModel
public import SyncEngine

extension Session {
    /// Opens the inventory whose `manifest.json` `location` names, in a bucket or in a directory.
    public func inventory(_ location: String) async throws(StorageError) -> Inventory {
        let resolved = try resolve(location, as: .source)
        var (container, key): (String, ObjectKey)
        switch resolved.settings.kind {
        case .s3, .memory:
            (container, key) = resolved.containerAndKey
        case .local:
            (container, key) = ("/", ObjectKey(try LocalPlace.absolute(resolved.path)).dropFirst(1))
        }
        guard !container.isEmpty, !key.isRoot, !key.isDirectoryMarker else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: resolved.display,
                message: "the location names no manifest of an inventory", advice: "name its manifest.json")
        }
        // Files are in a directory beside the manifest's.
        let slashes = (0..<key.bytes.count).filter { key.bytes[$0] == UInt8(ascii: "/") }.suffix(2)
        let end = slashes.count == 2 ? slashes[slashes.startIndex] + 1 : 0
        let backend = layers.around(try self.container(container, of: resolved.settings, as: .source))
        return try await Inventory(key.dropFirst(end), in: ObjectKey(key.bytes.prefix(end)), of: backend)
    }

    /// Writes an inventory of what is at `source` under `target`, as S3 Inventory lays one out.
    public func writeInventory(
        of source: String, id: String, to target: String
    ) async throws(StorageError) -> InventoryWriter.Summary {
        let resolved = try resolve(source, as: .source)
        guard resolved.settings.kind.hasContainers else {
            throw StorageError(
                .unsupported, during: .list, at: resolved.display, message: "only buckets have inventories")
        }
        let from = try await openDirectory(source, as: .source)
        let into = try await openDirectory(target, as: .target)
        var writer = InventoryWriter(
            of: from.backend.identity.container, id: id, to: into.backend, under: into.prefix, at: SystemClock.now())
        let listing = from.backend.list(
            ListRequest(prefix: from.prefix, order: from.backend.capabilities.listingOrders[0]))
        while let page = try await listing.next() {
            if let issue = page.issues.first(where: { $0.severity != .notice }) { throw issue.error }
            for entry in page.entries where entry.kind == .object { try await writer.add(entry) }
        }
        return try await writer.finish()
    }

    /// What the inventory at `location` says is at `source`, for ``SyncOptions/sourceListing``.
    public func listing(
        by location: String, of source: SyncLocation
    ) async throws(StorageError) -> @Sendable () -> any Listing {
        try await inventory(location).listings(of: source.backend.identity.container, under: source.prefix)
    }
}
