// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Settings
internal import StorageModel

/// How long ago: a duration, or a point in time.
struct AgeArgument: ExpressibleByArgument, Sendable {
    /// As it was given.
    let text: String

    init?(argument: String) {
        guard (try? AgeText.age(argument, now: TimeFormat.now)) != nil else { return nil }
        text = argument
    }

    /// The age that something had at `now`; negative for a time to come.
    func age(at now: Timestamp) throws(StorageError) -> Duration { try AgeText.age(text, now: now) }
}
