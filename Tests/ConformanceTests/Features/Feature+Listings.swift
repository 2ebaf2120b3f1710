// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// What is there is told, in order.
    static let listings = [
        Feature("listings in the order of keys' bytes") { try await listsIn(.keyBytes, $0) },
        Feature("listings directory by directory") { try await listsIn(.pathComponents, $0) },
        Feature("listings over pages", pages),
        Feature("listings over pages, in a bucket with versions", pagesWithVersions),
        Feature("listings from behind a key", fromBehindAKey),
        Feature("listings of directories", directories),
        Feature("listings in the old way (version 1)", oldWay),
    ]

    /// Keys at which orders part, and some that are sent encoded.
    private static let names = ["foo", "foo-bar", "foo.txt", "foo/x", "foo/y z", "foo0", "g+h%41", "\u{e9}", "日本"]

    private static func fill(_ scene: FeatureScene) async throws {
        for name in names { try await scene.backend().put([1], at: scene.key(name)) }
    }

    private static func sorted(_ scene: FeatureScene, _ order: ListingOrder) -> [ObjectKey] {
        names.map { scene.key($0) }.sorted { order.compare($0, $1) < 0 }
    }

    private static func listsIn(_ order: ListingOrder, _ scene: FeatureScene) async throws -> FeatureOutcome {
        try await fill(scene)
        let backend = scene.backend()
        func list() async throws -> [ObjectKey] {
            try await backend.everything(ListRequest(prefix: scene.key(""), order: order)).entries.map(\.key)
        }
        guard backend.capabilities.listingOrders.contains(order) else {
            return try await refusal(.unsupported) { _ = try await list() }
        }
        try expectEqual(try await list(), sorted(scene, order), "the keys")
        return .proven
    }

    private static func pages(_ scene: FeatureScene) async throws -> FeatureOutcome {
        try await fill(scene)
        let order = scene.provider.listingOrder
        for chunk in [1, 2, 3] {
            let ledger = RequestLedger(), backend = scene.backend(ledger: ledger) { $0.listChunk = chunk }
            try expectEqual(try await scene.entries(backend).map(\.key), sorted(scene, order), "pages of \(chunk)")
            try expect(ledger[.list] >= names.count / chunk, "\(ledger[.list]) requests for pages of \(chunk)")
        }
        return .proven
    }

    private static func pagesWithVersions(_ scene: FeatureScene) async throws -> FeatureOutcome {
        for name in names { try await scene.backend(in: .versioned).put([1], at: scene.key(name)) }
        func keys(_ chunk: Int, _ configure: (inout S3Settings) -> Void = { _ in }) async throws -> [ObjectKey] {
            let backend = scene.backend(in: .versioned) {
                $0.listChunk = chunk
                configure(&$0)
            }
            return try await scene.entries(backend).map(\.key)
        }
        let wanted = sorted(scene, scene.provider.listingOrder)
        for chunk in [1, 2, 3, 1000] { try expectEqual(try await keys(chunk), wanted, "pages of \(chunk)") }
        guard scene.provider.losesKeysBetweenPages else { return .proven }
        let isOwn = (try? await keys(1) { $0.provider.losesKeysBetweenPages = false }) == wanted
        try expect(!isOwn, "nothing is lost, and the provider's data say that keys are")
        return .byGodwit
    }

    private static func fromBehindAKey(_ scene: FeatureScene) async throws -> FeatureOutcome {
        try await fill(scene)
        let order = scene.provider.listingOrder, keys = sorted(scene, order), backend = scene.backend()
        for after in keys + ["a", "foo,", "foo/xx", "h"].map({ scene.key($0) }) {
            let request = ListRequest(prefix: scene.key(""), after: after, order: order)
            try expectEqual(
                try await backend.everything(request).entries.map(\.key), keys.filter { order.compare($0, after) > 0 },
                "keys behind \(after)")
        }
        return .proven
    }

    private static func directories(_ scene: FeatureScene) async throws -> FeatureOutcome {
        try await fill(scene)
        let order = scene.provider.listingOrder, backend = scene.backend { $0.listChunk = 2 }
        let request = ListRequest(prefix: scene.key(""), delimiter: UInt8(ascii: "/"), order: order)
        let wanted = Set(names.map { $0.hasPrefix("foo/") ? "foo/" : $0 })
        let found = try await backend.everything(request).entries
        try expectEqual(Set(found.map(\.key)), Set(wanted.map { scene.key($0) }), "what is listed")
        try expectEqual(found.count, wanted.count, "entries")
        try expectEqual(
            found.filter { $0.kind == .directory }.map(\.key), [scene.key("foo/")], "the directories")
        return .proven
    }

    private static func oldWay(_ scene: FeatureScene) async throws -> FeatureOutcome {
        try await fill(scene)
        let backend = scene.backend {
            $0.provider.listVersion = 1
            $0.listChunk = 2
        }
        try expectEqual(
            try await scene.entries(backend).map(\.key), sorted(scene, scene.provider.listingOrder), "the keys")
        return .proven
    }
}
