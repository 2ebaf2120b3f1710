// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Asks the store for what a listing does not show: the owner's modification time, the Content-Type.
struct EntryCompletion: Sendable {
    private static let inFlightMax = 32

    var needsTime = false
    var needsType = false

    /// `items` with what is missing filled in, in their order. What cannot be asked for keeps what the listing said.
    func complete(_ items: [ListedItem], in backend: any Backend) async -> [ListedItem] {
        guard items.contains(where: { isIncomplete($0, backend) }) else { return items }
        return await ConcurrentMap.results(items, limit: Self.inFlightMax) { item in
            guard isIncomplete(item, backend),
                let asked = try? await backend.stat(key(of: item), version: item.entry.version)
            else { return item }
            var item = item
            item.entry.modified = asked.modified ?? item.entry.modified
            item.entry.metadata = asked.metadata
            if !asked.checksums.isEmpty { item.entry.checksums = asked.checksums }
            return item
        }
    }

    private func key(of item: ListedItem) -> ObjectKey {
        let key = item.entry.key
        guard item.isDirectory, !key.isDirectoryMarker else { return key }
        return ObjectKey(SharedBytes(key.bytes.array + [UInt8(ascii: "/")]))
    }

    private func isIncomplete(_ item: ListedItem, _ backend: any Backend) -> Bool {
        if item.isDirectory { return needsTime && item.modified == nil && backend.capabilities.hasDirectories }
        guard backend.capabilities.attributes.contains(.metadata) else { return false }
        return needsTime && item.entry.modified == nil || needsType && item.entry.metadata == nil
    }
}
