// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension ExitStatus {
    /// How a command about a single object, or about the whole store, ends with `error`.
    init(_ error: StorageError) {
        switch error.kind {
        case .notFound: self = .objectNotFound
        case .containerNotFound: self = .containerNotFound
        case .permissionDenied, .unauthenticated: self = .fatal
        case .invalidConfiguration, .invalidKey: self = .usage
        case .corrupted: self = .integrity
        case .cancelled: self = .interrupted
        case .preconditionFailed, .rateLimited, .timedOut, .connectionLost, .outcomeUnknown: self = .temporary
        case .alreadyExists, .unsupported, .archived, .outOfSpace, .listingOutOfOrder, .unexpected:
            self = error.disposition == .permanent ? .different : .temporary
        }
    }
}
