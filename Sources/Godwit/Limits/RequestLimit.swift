// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import HTTPTransport

/// How many requests a second the sessions that are given it send, all together, whatever they ask for and however often
/// they try.
public final class RequestLimit: Sendable {
    public let perSecond: Double
    public let burst: Int
    let rate: RequestRate

    /// - Parameters:
    ///   - perSecond: More than 0; fractions are fine.
    ///   - burst: Requests that may go out at once after a pause, at least 1.
    public init(perSecond: Double, burst: Int = 1) {
        self.perSecond = perSecond
        self.burst = burst
        rate = RequestRate(perSecond: perSecond, burst: burst)
    }
}
