// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// A bound on bytes, as ``SizeArgument``, or `off`.
struct SizeLimitArgument: ExpressibleByArgument, Sendable {
    /// Nil: no bound.
    let bytes: Int64?

    init?(argument: String) {
        if argument.lowercased() == "off" {
            bytes = nil
        } else {
            guard let size = SizeArgument(argument: argument) else { return nil }
            bytes = size.bytes
        }
    }
}
