// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How many requests of one kind go out at once: doubled while whoever reads has to wait and more brings more, taken back
/// when it does not.
struct StreamCount {
    private let max: Int
    private(set) var count = 1
    /// Pages since the count was last changed, and when it was.
    private var pages = 0
    private var since: Double?
    private var latest = 0.0
    /// Pages a second at the count before.
    private var rateBefore = 0.0
    /// Pages to come before the count may grow again.
    private var rest = 0

    /// What more must bring at the least to be kept.
    private static let gainMin = 1.15
    private static let restPages = 200

    init(max: Int) { self.max = max }

    /// A page came.
    mutating func received(at seconds: Double) {
        if since == nil { since = seconds }
        latest = seconds
        pages += 1
        rest -= 1
    }

    /// Whoever reads has nothing to read, while so many requests are under way.
    mutating func starved(fetching: Int) {
        guard let since, fetching >= count, pages > 2 * count, latest > since else { return }
        let rate = Double(pages - 1) / (latest - since)
        if count > 1, rate < rateBefore * Self.gainMin {
            // Twice as many brought no more.
            count = Swift.max(count / 2, 1)
            rest = Self.restPages
            begin(0)
        } else if count < max, rest <= 0 {
            count = min(count * 2, max)
            begin(rate)
        }
    }

    private mutating func begin(_ rate: Double) {
        rateBefore = rate
        pages = 0
        since = nil
    }
}
