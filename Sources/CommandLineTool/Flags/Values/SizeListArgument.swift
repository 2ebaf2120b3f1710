// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Sizes, separated by commas.
struct SizeListArgument: ExpressibleByArgument, Sendable {
    let bytes: [Int64]

    init?(argument: String) {
        let sizes = argument.split(separator: ",", omittingEmptySubsequences: false)
            .map { SizeArgument(argument: String($0))?.bytes }
        guard !sizes.isEmpty, !sizes.contains(nil) else { return nil }
        bytes = sizes.compactMap(\.self)
    }
}
