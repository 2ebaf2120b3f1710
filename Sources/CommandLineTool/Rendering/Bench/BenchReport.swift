// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import StoreBench

/// All that `bench` has found out, for whichever form it is written in.
struct BenchReport: Sendable {
    /// As the user named it.
    var location: String
    var store: String
    var begun: Timestamp
    var measurements: [Measurement]
    var recommendation: Recommendation
    var peers: [PeerResult]

    /// Seconds that a request without content takes; nil: not measured.
    var roundTrip: Double? { measurements.first { $0.operation == .stat }?.latency.percentile(0.5) }
}
