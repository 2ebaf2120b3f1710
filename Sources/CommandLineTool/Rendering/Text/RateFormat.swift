// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Settings

/// Rates for people.
enum RateFormat {
    /// `512 KiB/s`, `1 MiB/s up and 10 MiB/s down`, `off`.
    static func text(_ rates: RatePair) -> String {
        rates.up == rates.down ? text(rates.up) : "\(text(rates.up)) up and \(text(rates.down)) down"
    }

    private static func text(_ rate: Int64?) -> String { rate.map { SizeFormat.bytes($0) + "/s" } ?? "off" }
}
