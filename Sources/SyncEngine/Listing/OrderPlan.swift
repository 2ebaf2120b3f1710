// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Which order both sides of a merge come in, and how each side gets there.
struct OrderPlan: Sendable, Hashable {
    enum Approach: Sendable, Hashable {
        /// The store lists in the order itself.
        case direct
        /// The store lists by path component; directories are descended one by one to give the order of key bytes.
        case descending
        /// The listing is sorted here, on disk; it is asked for in the order given.
        case sorted(listing: ListingOrder)
        /// Nothing is listed: given names are looked up, which come in the order.
        case lookedUp
    }

    var order: ListingOrder
    var source: Approach
    var target: Approach

    /// The cheapest way for stores that list in these orders. `sortingSource` and `sortingTarget`: the side has shown
    /// that it does not keep the order it declares.
    static func between(
        source: [ListingOrder], target: [ListingOrder], sortingSource: Bool = false, sortingTarget: Bool = false
    ) -> OrderPlan {
        let sourceOrders = sortingSource ? [] : source.filter { $0 != .unordered }
        let targetOrders = sortingTarget ? [] : target.filter { $0 != .unordered }
        let anySource = source.first ?? .unordered, anyTarget = target.first ?? .unordered
        switch (sourceOrders.first, targetOrders.first) {
        case (nil, nil):
            return OrderPlan(
                order: .keyBytes, source: .sorted(listing: anySource), target: .sorted(listing: anyTarget))
        case (nil, let order?):
            return OrderPlan(order: order, source: .sorted(listing: anySource), target: .direct)
        case (let order?, nil):
            return OrderPlan(order: order, source: .direct, target: .sorted(listing: anyTarget))
        case (_?, _?):
            if let common = cheapestCommon(sourceOrders, targetOrders) {
                return OrderPlan(order: common, source: .direct, target: .direct)
            }
            return OrderPlan(
                order: .keyBytes, source: sourceOrders.contains(.keyBytes) ? .direct : .descending,
                target: targetOrders.contains(.keyBytes) ? .direct : .descending)
        }
    }

    /// The order that both offer and that stands nearest to the front of both lists; the source's choice on a tie.
    private static func cheapestCommon(_ source: [ListingOrder], _ target: [ListingOrder]) -> ListingOrder? {
        var best: (order: ListingOrder, rank: Int)?
        for (rank, order) in source.enumerated() {
            guard let other = target.firstIndex(of: order) else { continue }
            if best.map({ rank + other < $0.rank }) ?? true { best = (order, rank + other) }
        }
        return best?.order
    }
}
