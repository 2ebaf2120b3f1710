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
        // A bucket that is not empty does not become so by another try; an object that someone changed may settle.
        case .preconditionFailed: self = error.operation == .deleteContainer ? .different : .temporary
        case .rateLimited, .timedOut, .connectionLost, .outcomeUnknown: self = .temporary
        case .alreadyExists, .unsupported, .archived, .outOfSpace, .listingOutOfOrder, .unexpected:
            self = error.disposition == .permanent ? .different : .temporary
        }
    }
}
