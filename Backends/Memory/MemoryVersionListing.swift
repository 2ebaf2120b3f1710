// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
internal import Synchronization

/// All versions of a container, or those of a moment, as they were when the first page was asked for.
final class MemoryVersionListing: Listing {
    private let backend: MemoryBackend
    private let request: ListRequest
    private let pending = Mutex<ArraySlice<Entry>?>(nil)

    init(backend: MemoryBackend, request: ListRequest) {
        self.backend = backend
        self.request = request
    }

    func next() async throws(StorageError) -> ListingPage? {
        try backend.checkCancelled(.list, request.prefix)
        let known = pending.withLock(\.self)
        let rest = if let known { known } else { try backend.withContainer(.list) { entries(of: $0)[...] } }
        pending.withLock { $0 = rest.dropFirst(backend.options.pageSize) }
        return rest.isEmpty ? nil : ListingPage(entries: Array(rest.prefix(backend.options.pageSize)))
    }

    private func entries(of container: MemoryContainer) -> [Entry] {
        let keys = container.histories.keys.filter { key in
            guard key.hasPrefix(request.prefix) else { return false }
            return request.after.map { request.order.compare(key, $0) > 0 } ?? true
        }
        return keys.sorted { request.order.compare($0, $1) < 0 }.flatMap { key in
            let versions = container.versions(of: key, showsModified: backend.options.listsModified)
            guard case .at(let moment) = request.versions else { return versions }
            let current = versions.first { ($0.written ?? moment) <= moment }
            return current.map { $0.kind == .object ? [$0] : [] } ?? []
        }
    }
}
