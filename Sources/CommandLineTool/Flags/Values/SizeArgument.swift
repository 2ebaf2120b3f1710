// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Settings

/// A number of bytes: `10M`, `1.5Gi`, `512B`; a bare number is KiB.
struct SizeArgument: ExpressibleByArgument, Sendable {
    let bytes: Int64

    init?(argument: String) {
        guard let bytes = try? SizeText.bytes(argument), bytes >= 0 else { return nil }
        self.bytes = bytes
    }
}
