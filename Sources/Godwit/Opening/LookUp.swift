// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// What a store says of a name that may be an object, a prefix, both or neither. A refusal is no answer: it is thrown.
enum LookUp {
    static func hasObject(_ key: ObjectKey, in backend: any Backend) async throws(StorageError) -> Bool {
        do throws(StorageError) {
            return try await backend.stat(key, version: nil).kind != .directory
        } catch {
            guard error.kind == .notFound else { throw error }
            return false
        }
    }

    static func hasAny(under prefix: ObjectKey, in backend: any Backend) async throws(StorageError) -> Bool {
        let listing = backend.list(ListRequest(prefix: prefix, order: backend.capabilities.listingOrders[0]))
        while let page = try await listing.next() {
            if !page.entries.isEmpty { return true }
        }
        return false
    }
}
