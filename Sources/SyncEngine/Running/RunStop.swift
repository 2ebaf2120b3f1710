// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Thrown through the tasks of a run to end it at once.
struct RunStop: Error, Sendable {
    let reason: SyncReport.Stop

    /// Whether an error about one object makes every other one pointless too.
    static func isFatal(_ error: StorageError) -> Bool {
        switch error.kind {
        case .unauthenticated, .containerNotFound, .invalidConfiguration, .outOfSpace: true
        default: false
        }
    }
}

extension SyncReport.Stop {
    /// Why a run ends whose tasks threw `error`.
    init(_ error: any Error) {
        switch error {
        case let stop as RunStop: self = stop.reason
        case let error as StorageError where error.kind != .cancelled: self = .failed(error)
        default: self = .interrupted
        }
    }
}

extension StorageError {
    /// Any error of a task group's child as the storage error that it is.
    init(any error: any Error) {
        if let error = error as? StorageError {
            self = error
        } else if error is CancellationError {
            self.init(.cancelled, during: .validate, message: "cancelled")
        } else {
            self.init(.unexpected, during: .validate, message: "\(error)")
        }
    }

    /// Whether another pass over the object may succeed.
    var isWorthAnotherPass: Bool {
        switch disposition {
        case .transient, .exhausted: return true
        case .permanent: break
        }
        switch kind {
        case .corrupted, .preconditionFailed, .outcomeUnknown, .rateLimited, .timedOut, .connectionLost: return true
        default: return false
        }
    }
}
