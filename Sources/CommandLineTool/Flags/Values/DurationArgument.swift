// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Settings

/// A length of time: `1h30m`, `2d`, `1w`, `500ms`; a bare number is seconds.
struct DurationArgument: ExpressibleByArgument, Sendable {
    let duration: Duration

    init?(argument: String) {
        guard let duration = try? DurationText.duration(argument), duration >= .zero else { return nil }
        self.duration = duration
    }
}
