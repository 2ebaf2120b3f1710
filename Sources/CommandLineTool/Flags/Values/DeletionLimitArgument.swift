// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

/// `N` or `N%`.
struct DeletionLimitArgument: ExpressibleByArgument, Sendable {
    var limit: DeletionOptions.Limit

    init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let value = Double(argument.dropLast()), (0...100).contains(value) else { return nil }
            limit = .percentage(value)
        } else {
            guard let value = Int(argument), value >= 0 else { return nil }
            limit = .count(value)
        }
    }
}
