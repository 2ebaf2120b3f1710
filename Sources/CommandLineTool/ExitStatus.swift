// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How a command ended, as the shell sees it.
enum ExitStatus: Int32, Error, Sendable, CaseIterable {
    case done = 0
    /// `check` found differences, or an error of no other kind.
    case different = 1
    case usage = 2
    case containerNotFound = 3
    case objectNotFound = 4
    /// A retry may help.
    case temporary = 5
    /// Finished, but some objects failed.
    case someFailed = 6
    /// Access denied, credentials.
    case fatal = 7
    /// `--max-transfer` reached.
    case transferLimit = 8
    /// With `--error-on-no-transfer`: nothing to do.
    case nothingToDo = 9
    /// `--max-duration` reached.
    case durationLimit = 10
    /// Data did not match.
    case integrity = 11
    case refused = 12
    case interrupted = 130

    /// When several apply the lowest rank wins: what concerns the run comes before what concerns one object.
    var rank: Int {
        switch self {
        case .interrupted: 0
        case .usage: 1
        case .fatal: 2
        case .refused: 3
        case .integrity: 4
        case .containerNotFound, .objectNotFound: 5
        case .transferLimit, .durationLimit: 6
        case .someFailed: 7
        case .temporary: 8
        case .different: 9
        case .nothingToDo: 10
        case .done: 11
        }
    }

    /// The one that wins; ``done`` when there is none.
    static func worst(of statuses: some Sequence<ExitStatus>) -> ExitStatus {
        statuses.min { $0.rank < $1.rank } ?? .done
    }
}
