// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension ConformanceCheck {
    static let listings: [ConformanceCheck] = [
        ConformanceCheck("listings come in each declared order", orders),
        ConformanceCheck("prefixes are bytes, not directories", prefixes),
        ConformanceCheck("a listing begins after any key", after),
        ConformanceCheck("a delimiter rolls up directories", delimiter),
        ConformanceCheck("many objects are listed once each", paging),
        ConformanceCheck("an unknown order is refused", unknownOrder),
    ]

    /// Names whose order differs between bytes and path components.
    private static let tricky = [
        "foo/x", "foo!/b", "foo-/a", "foo-bar", "foo.d/x", "foo0", "foo/y/z", "foo/y!", "fo", "a/b/c", "a/b!c", "a!b",
        "\u{e9}", "e\u{301}", "Z", "z", "0", "a/\u{10ffff}",
    ]

    private static func tricky(_ context: CheckContext) -> [ObjectKey] {
        (tricky + (context.subject.tolerance.contains(.notInXML) ? ["a/\u{ffff}"] : [])).map { ObjectKey($0) }
    }

    private static func write(_ keys: [ObjectKey], _ context: CheckContext) async throws {
        let backend = context.backend
        try await inParallel(keys) { key in try await backend.put(key.bytes.array, at: key) }
    }

    private static func sorted(_ keys: [ObjectKey], _ order: ListingOrder) -> [ObjectKey] {
        keys.sorted { order.compare($0, $1) < 0 }
    }

    /// The keys that a listing gave; sorted first where the store has no order.
    private static func listed(_ context: CheckContext, _ request: ListRequest) async throws -> [ObjectKey] {
        let page = try await context.backend.everything(request)
        try expect(page.issues.isEmpty, "issues: \(page.issues.map(\.error.description))")
        let keys = page.entries.map(\.key)
        return request.order == .unordered ? sorted(keys, .unordered) : keys
    }

    private static func orders(_ context: CheckContext) async throws {
        let tricky = tricky(context)
        try await write(tricky, context)
        for order in context.capabilities.listingOrders {
            let keys = try await listed(context, ListRequest(order: order))
            try expectKeys(keys, sorted(tricky, order), "keys in order \(order)")
            for entry in try await context.backend.everything(ListRequest(order: order)).entries {
                try expectEqual(entry.size, Int64(entry.key.bytes.count), "the size of \(entry.key)")
                try expectEqual(entry.kind, .object, "the kind of \(entry.key)")
                if context.capabilities.tagsAreMD5 {
                    let stat = try await context.backend.stat(entry.key, version: nil)
                    try expectEqual(entry.tag, stat.tag, "the tag of \(entry.key)")
                }
            }
        }
    }

    private static func prefixes(_ context: CheckContext) async throws {
        let tricky = tricky(context)
        try await write(tricky, context)
        for order in context.capabilities.listingOrders {
            var prefixes = ["", "f", "fo", "foo", "foo/", "foo/y", "foo/y/", "foo-", "a/b", "e", "\u{e9}", "none"]
            // A store that takes `foo//x` for `foo/x` takes the prefix so too.
            if context.subject.refusesOtherKeys { prefixes.append("foo//") }
            for prefix in prefixes.map({ ObjectKey($0) }) {
                let keys = try await listed(context, ListRequest(prefix: prefix, order: order))
                try expectKeys(
                    keys, sorted(tricky.filter { $0.hasPrefix(prefix) }, order), "keys under '\(prefix)' in \(order)")
            }
        }
    }

    private static func after(_ context: CheckContext) async throws {
        let tricky = tricky(context)
        try await write(tricky, context)
        for order in context.capabilities.listingOrders {
            for after in tricky + ["foo/", "foo", "foo/y/", "0", "~", "a/b", "foo/y/a"].map({ ObjectKey($0) }) {
                for prefix in [ObjectKey.root, ObjectKey("foo"), ObjectKey("foo/")] {
                    let request = ListRequest(prefix: prefix, after: after, order: order)
                    let wanted = tricky.filter { $0.hasPrefix(prefix) && order.compare($0, after) > 0 }
                    try expectKeys(
                        try await listed(context, request), sorted(wanted, order),
                        "keys under '\(prefix)' after '\(after)' in \(order)")
                }
            }
        }
    }

    private static func delimiter(_ context: CheckContext) async throws {
        // Under a directory of its own: some stores show the emptied ones of others for a while.
        let tricky = tricky(context).map { $0.prefixed(by: ObjectKey("level/")) }
        try await write(tricky, context)
        let slash = UInt8(ascii: "/")
        for order in context.capabilities.listingOrders {
            for prefix in ["level/", "level/foo", "level/foo/", "level/a/", "level/a/b/"].map({ ObjectKey($0) }) {
                var wanted = Set<ObjectKey>()
                for key in tricky where key.hasPrefix(prefix) {
                    let rest = key.dropFirst(prefix.bytes.count)
                    let length = rest.bytes.firstIndex(of: slash).map { prefix.bytes.count + $0 + 1 }
                    wanted.insert(length.map { ObjectKey(key.bytes.prefix($0)) } ?? key)
                }
                let request = ListRequest(prefix: prefix, delimiter: slash, order: order)
                let entries = try await context.backend.everything(request).entries
                let keys = order == .unordered ? sorted(entries.map(\.key), order) : entries.map(\.key)
                try expectKeys(keys, sorted(Array(wanted), order), "the level of '\(prefix)' in \(order)")
                for entry in entries {
                    try expectEqual(
                        entry.kind, entry.key.isDirectoryMarker ? .directory : .object, "the kind of \(entry.key)")
                }
                guard order != .unordered, let middle = keys.dropLast().last else { continue }
                var rest = request
                rest.after = middle
                try expectKeys(
                    try await listed(context, rest), Array(keys.suffix(1)), "the level of '\(prefix)' after '\(middle)'"
                )
            }
        }
    }

    private static func paging(_ context: CheckContext) async throws {
        let keys = (0..<context.subject.manyObjects).map { ObjectKey("many/\($0 % 7)/n\($0)") }
        let backend = context.backend
        try await inParallel(keys, width: 32) { key in try await backend.put([1], at: key) }
        for order in context.capabilities.listingOrders {
            try expectKeys(
                try await listed(context, ListRequest(order: order)), sorted(keys, order), "many keys in \(order)")
            try expectKeys(
                try await listed(context, ListRequest(prefix: ObjectKey("many/3/"), order: order)),
                sorted(keys.filter { $0.hasPrefix(ObjectKey("many/3/")) }, order), "a part of many keys in \(order)")
        }
    }

    private static func unknownOrder(_ context: CheckContext) async throws {
        for order in [ListingOrder.keyBytes, .pathComponents, .unordered]
        where !context.capabilities.listingOrders.contains(order) {
            try await expectError(.unsupported, during: "a listing in \(order)") {
                try await context.backend.everything(ListRequest(order: order))
            }
        }
    }
}
