// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import SyncEngine

@Suite struct OrderPlanTests {
    private typealias Row = (
        source: [ListingOrder], target: [ListingOrder], order: ListingOrder, from: OrderPlan.Approach,
        to: OrderPlan.Approach
    )

    @Test func theCheapestCommonOrderIsTaken() {
        let rows: [Row] = [
            ([.keyBytes], [.keyBytes], .keyBytes, .direct, .direct),
            ([.keyBytes, .pathComponents], [.pathComponents], .pathComponents, .direct, .direct),
            ([.pathComponents], [.keyBytes, .pathComponents], .pathComponents, .direct, .direct),
            ([.pathComponents], [.keyBytes], .keyBytes, .descending, .direct),
            ([.keyBytes], [.pathComponents], .keyBytes, .direct, .descending),
            ([.unordered], [.pathComponents], .pathComponents, .sorted(listing: .unordered), .direct),
            ([.keyBytes], [.unordered], .keyBytes, .direct, .sorted(listing: .unordered)),
            (
                [.unordered], [.unordered], .keyBytes, .sorted(listing: .unordered), .sorted(listing: .unordered)
            ),
            ([.keyBytes, .pathComponents], [.pathComponents, .keyBytes], .keyBytes, .direct, .direct),
        ]
        for row in rows {
            let plan = OrderPlan.between(source: row.source, target: row.target)
            #expect(plan == OrderPlan(order: row.order, source: row.from, target: row.to), "\(row)")
        }
    }

    @Test func aSideThatBrokeItsOrderIsSorted() {
        let plan = OrderPlan.between(source: [.keyBytes], target: [.keyBytes], sortingTarget: true)
        #expect(plan == OrderPlan(order: .keyBytes, source: .direct, target: .sorted(listing: .keyBytes)))
    }
}
