// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Bytes a second: `RATE`, `UP:DOWN`, each perhaps `off`.
struct RateArgument: ExpressibleByArgument, Sendable {
    /// Nil: no limit.
    var up: Int64?
    var down: Int64?

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let up = Self.rate(parts[0]), let down = Self.rate(parts.last ?? "") else { return nil }
        (self.up, self.down) = (up, down)
    }

    /// Nil: not a rate; `.some(nil)`: no limit.
    private static func rate(_ text: String) -> Int64?? {
        if text == "off" || text == "0" { return .some(nil) }
        guard let bytes = SizeArgument(argument: text)?.bytes, bytes > 0 else { return nil }
        return .some(bytes)
    }
}
