// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension ConformanceCheck {
    static let keys: [ConformanceCheck] = [
        ConformanceCheck("hostile keys come back as they are", hostileKeys),
        ConformanceCheck("keys that cannot be are refused", refusedKeys),
        ConformanceCheck("NFC and NFD are two keys", normalization),
    ]

    private static func hostileKeys(_ context: CheckContext) async throws {
        let tree = SeededTree(seed: 21, count: 150, tolerance: context.subject.tolerance)
        let backend = context.backend
        // A store that keeps its objects in a tree may lose one of `a` and `a/b` when both are written at once.
        let isParent = { (key: ObjectKey) in tree.objects.contains { $0.key.isBelow(key) } }
        let parents = tree.objects.filter { isParent($0.key) }
        for object in parents {
            try await backend.put(object.content, at: object.key, WriteOptions(modified: object.modified))
        }
        try await inParallel(tree.objects.filter { !isParent($0.key) }) { object in
            try await backend.put(object.content, at: object.key, WriteOptions(modified: object.modified))
        }
        for order in context.capabilities.listingOrders {
            let page = try await backend.everything(ListRequest(order: order))
            try expect(page.issues.isEmpty, "issues: \(page.issues.map(\.error.description))")
            let keys = page.entries.map(\.key)
            let wanted = tree.objects.map(\.key).sorted { order.compare($0, $1) < 0 }
            try expectKeys(
                order == .unordered ? keys.sorted() : keys, wanted, "hostile keys listed in \(order)")
        }
        try await inParallel(tree.objects) { object in
            try expectEqual(try await backend.get(object.key), object.content, "the content of \(object.key)")
            try expectEqual(
                try await backend.stat(object.key, version: nil).key, object.key, "the key of a stat")
        }
        try await backend.empty()
        try expectEqual(try await backend.entries().map(\.key), [], "what is left after everything was deleted")
    }

    /// What the store does not take is an error about that key, and nothing is written elsewhere.
    private static func refusedKeys(_ context: CheckContext) async throws {
        let tolerance = context.subject.refusesOtherKeys ? context.subject.tolerance : .all
        var refused = [ObjectKey.root]
        if !tolerance.contains(.emptyComponents) { refused += ["a//b", "/a", "//"].map { ObjectKey($0) } }
        if !tolerance.contains(.dotComponents) {
            refused += ["a/..", "./a", "a/./b", "."].map { ObjectKey($0) }
        }
        if !tolerance.contains(.climbing) { refused += ["../up", "a/../../up", ".."].map { ObjectKey($0) } }
        if !tolerance.contains(.trailingSlash) { refused.append(ObjectKey("dir/")) }
        if !tolerance.contains(.longComponents) {
            refused.append(ObjectKey("a/" + String(repeating: "x", count: 256)))
        }
        if let limit = context.capabilities.keyBytesMax {
            refused.append(ObjectKey(String(repeating: "long/", count: limit / 5) + "longer"))
        }
        if context.capabilities.hasDirectories, !tolerance.contains(.emptyComponents) {
            refused.append(ObjectKey("nul\0byte"))
        }
        for key in refused {
            try await expectError(.invalidKey, during: "a write to '\(key)'") {
                try await context.backend.put([1, 2, 3], at: key)
            }
        }
        try expectEqual(try await context.backend.entries().map(\.key), [], "what refused writes leave")
    }

    private static func normalization(_ context: CheckContext) async throws {
        let composed = ObjectKey("caf\u{e9}")
        let decomposed = ObjectKey("cafe\u{301}")
        try await context.backend.put([1], at: composed)
        try await context.backend.put([2], at: decomposed)
        try expectEqual(try await context.backend.get(composed), [1], "the composed name")
        try expectEqual(try await context.backend.get(decomposed), [2], "the decomposed name")
        try expectEqual(try await context.backend.entries().count, 2, "names that differ by composition only")
    }
}
