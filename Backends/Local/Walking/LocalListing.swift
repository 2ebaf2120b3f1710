// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
internal import Synchronization

/// A walk of the tree, a page at a time, on the backend's threads.
final class LocalListing: Listing {
    private let backend: LocalBackend
    private let request: ListRequest
    private let scanner: DirectoryScanner
    private let walk: Mutex<DirectoryWalk>

    init(backend: LocalBackend, request: ListRequest) {
        self.backend = backend
        self.request = request
        scanner = DirectoryScanner(root: backend.root, request: request, escapesKeys: backend.options.escapesKeys)
        walk = Mutex(DirectoryWalk(backend: backend, scanner: scanner, request: request))
    }

    deinit { scanner.isAbandoned.store(true, ordering: .relaxed) }

    func next() async throws(StorageError) -> ListingPage? {
        try backend.checkCancelled(.list, request.prefix)
        guard backend.capabilities.listingOrders.contains(request.order),
            request.delimiter == nil || request.delimiter == UInt8(ascii: "/")
        else {
            throw StorageError(
                .unsupported, during: .list, at: backend.root.path,
                message: "a file system lists in key order, with no delimiter but `/`")
        }
        return try await backend.listingPool.run { [self] () throws(StorageError) in
            let result: Result<ListingPage?, StorageError> = walk.withLock { walk in
                do throws(StorageError) { return .success(try walk.page()) } catch { return .failure(error) }
            }
            return try result.get()
        }
    }
}
