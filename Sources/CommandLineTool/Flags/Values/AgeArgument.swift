// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel

/// How long ago: a duration, or a point in time.
enum AgeArgument: ExpressibleByArgument, Sendable {
    case duration(Duration)
    case time(Timestamp)

    init?(argument: String) {
        if let time = Timestamp(rfc3339: argument.utf8) {
            self = .time(time)
        } else if let time = Timestamp(rfc3339: (argument + "T00:00:00Z").utf8) {
            self = .time(time)
        } else if let duration = DurationArgument(argument: argument) {
            self = .duration(duration.duration)
        } else {
            return nil
        }
    }

    /// The age that something had at `now`; negative for a time to come.
    func age(at now: Timestamp) -> Duration {
        switch self {
        case .duration(let duration): duration
        case .time(let time): time > now ? .zero - now.distance(to: time) : now.distance(to: time)
        }
    }
}
