// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Names separated by commas, none of them empty, in upper case.
struct NameListArgument: ExpressibleByArgument, Sendable {
    let names: Set<String>

    init?(argument: String) {
        let names = argument.split(separator: ",", omittingEmptySubsequences: false).map { $0.uppercased() }
        guard !names.contains("") else { return nil }
        self.names = Set(names)
    }
}
