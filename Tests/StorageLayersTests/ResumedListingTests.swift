// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageLayers
import StorageModel
import Synchronization
import Testing

@Suite struct ResumedListingTests {
    private let backend = ScriptedBackend(pageSize: 3)

    private func keys(_ listing: any Listing) async throws -> [String] {
        var keys: [String] = []
        while let page = try await listing.next() { keys += page.entries.map(\.key.description) }
        return keys
    }

    /// The N-th page fails, for every N, with and without having been sent.
    @Test(arguments: 0..<6) func anyPageMayFail(_ number: Int) async throws {
        let names = (0..<10).map { "k\($0)" }
        for name in names { backend.put(name, "") }
        for isLost in [false, true] {
            backend.state.withLock { $0.faults = [:] }
            for _ in 0..<number { backend.script("page", .after { _ in }) }
            let fault = isLost ? ScriptedBackend.Fault.lose(transient()) : .fail(transient())
            backend.script("page", fault, fault)
            #expect(try await keys(retrying(backend).list(ListRequest(order: .keyBytes))) == names)
        }
    }

    @Test func withoutOrderItCannotGoOn() async throws {
        for name in ["a", "b", "c", "d", "e"] { backend.put(name, "") }
        backend.script("page", .fail(transient()), .after { _ in }, .fail(transient()))
        let listing = retrying(backend).list(ListRequest(order: .unordered))
        // Nothing was handed out yet: it may begin anew.
        #expect(try await listing.next()?.entries.count == 3)
        await #expect { try await listing.next() } throws: { ($0 as? StorageError)?.isTransient == false }
    }

    @Test func aListingThatFailsForGoodThrows() async {
        backend.script("page", .fail(permanent(.containerNotFound)))
        await #expect { try await retrying(backend).list(ListRequest(order: .keyBytes)).next() } throws: {
            ($0 as? StorageError)?.kind == .containerNotFound
        }
    }
}
