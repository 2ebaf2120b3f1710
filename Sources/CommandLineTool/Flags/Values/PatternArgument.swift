// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Synchronization

/// A pattern and its place among all patterns of the command line, whatever flags they stand behind.
struct PatternArgument: ExpressibleByArgument, Sendable {
    /// The parser reads the line from left to right, each flag's values into a list of their own.
    private static let places = Atomic<Int>(0)

    let text: String
    let place: Int

    init(argument: String) {
        text = argument
        place = Self.places.add(1, ordering: .relaxed).newValue
    }
}
