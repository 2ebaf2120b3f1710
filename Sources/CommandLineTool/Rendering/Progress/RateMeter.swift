// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// The speed at which a total grows, smoothed exponentially so that it neither flickers nor lags.
struct RateMeter: Sendable {
    /// Seconds after which a change of speed shows by two thirds.
    private static let settling = 5.0
    private var last: (total: Double, seconds: Double)?
    private var weight = 0.0
    private var sum = 0.0

    /// Per second; nil before two samples.
    var perSecond: Double? { weight > 0 ? sum / weight : nil }

    /// Takes the total at a moment, in seconds of a clock that never goes back.
    mutating func sample(_ total: Double, at seconds: Double) {
        guard let last else {
            self.last = (total, seconds)
            return
        }
        let step = seconds - last.seconds
        guard step > 0 else { return }
        // An average of bias-corrected weights: the first seconds count fully instead of being drawn towards zero.
        let keep = exp(-step / Self.settling)
        sum = sum * keep + (total - last.total) / step * (1 - keep)
        weight = weight * keep + (1 - keep)
        self.last = (total, seconds)
    }
}
