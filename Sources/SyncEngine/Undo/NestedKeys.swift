// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Keys of which one is a path above another: a store that keeps its objects in a tree may lose one of `a` and `a/b`
/// when both are written at once.
enum NestedKeys {
    /// `items` in chains that may be handled side by side. Within a chain whatever lies above comes first.
    static func chains<Item>(_ items: [Item], _ key: (Item) -> ObjectKey) -> [[Item]] {
        var chains = [[Item]]()
        for item in items.sorted(by: { ListingOrder.pathComponents.compare(key($0), key($1)) < 0 }) {
            if let top = chains.last?.first, key(item).isBelow(key(top)) || key(item) == key(top) {
                chains[chains.count - 1].append(item)
            } else {
                chains.append([item])
            }
        }
        return chains
    }

    /// Runs `body` on each of `items`, up to `width` at once, none together with one above or below it.
    static func forEach<Item: Sendable>(
        _ items: [Item], width: Int, on executor: (any TaskExecutor)?, _ key: (Item) -> ObjectKey,
        _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, chain) in chains(items, key).enumerated() {
                if index >= width { try await group.next() }
                group.addTask(executorPreference: executor) { for item in chain { try await body(item) } }
            }
            try await group.waitForAll()
        }
    }
}
