// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What measurements advise.
public struct Recommendation: Sendable, Hashable {
    /// What is taken as the best, as long as less effort brings nearly as much.
    private static let nearly = 0.9

    /// Calls of small objects at once from which more bring hardly more.
    public var transfers: Int?
    /// Parts of one object at once.
    public var partsAtOnce: Int?
    /// Bytes of a part.
    public var partSize: Int64?
    /// Calls a second at which the store began to refuse some; nil: it never did.
    public var refusedFrom: Double?
    /// The number of calls at once at which it did.
    public var refusedAt: Int?

    public init(_ measurements: [Measurement]) {
        let small = measurements.filter { [.put, .get, .copy].contains($0.operation) }
        if let size = small.map(\.size).min() {
            transfers = Dictionary(grouping: small.filter { $0.size == size }, by: \.operation).values
                .compactMap { Self.least($0)?.concurrency }.max()
        }
        chooseParts(measurements)
        let refused = measurements.filter { $0.refusals > 0 }.min { $0.concurrency < $1.concurrency }
        refusedFrom = refused?.callRate
        refusedAt = refused?.concurrency
    }

    /// The least number at once that brings nearly what the best does.
    private static func least(_ measurements: [Measurement]) -> Measurement? {
        let clean = measurements.filter { $0.refusals == 0 && $0.calls > 0 }
        let best = clean.map(\.callRate).max() ?? 0
        return clean.filter { $0.callRate >= best * nearly }.min { $0.concurrency < $1.concurrency }
    }

    /// The fewest bytes in flight that bring nearly what the best does, in both directions.
    private mutating func chooseParts(_ measurements: [Measurement]) {
        struct Choice: Hashable {
            var partSize: Int64
            var count: Int
        }
        var shares: [Choice: Double] = [:]
        for operation in [Measurement.Operation.putParts, .getParts] {
            let clean = measurements.filter { $0.operation == operation && $0.refusals == 0 }
            let best = clean.map(\.byteRate).max() ?? 0
            for measurement in clean where best > 0 {
                let choice = Choice(partSize: measurement.partSize ?? 0, count: measurement.concurrency)
                shares[choice] = min(shares[choice] ?? .infinity, measurement.byteRate / best)
            }
        }
        let best = shares.values.max() ?? 0
        let chosen = shares.filter { $0.value >= best * Self.nearly }.keys.min {
            ($0.partSize * Int64($0.count), $0.count) < ($1.partSize * Int64($1.count), $1.count)
        }
        partsAtOnce = chosen?.count
        partSize = chosen?.partSize
    }
}
