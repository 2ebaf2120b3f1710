// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// What one trial showed.
public struct AccessFinding: Sendable {
    public enum Verdict: Sendable {
        case allowed
        case refused(StorageError)
        /// Refused, and not needed by what was asked about.
        case dispensable(StorageError)
        /// It could not be tried, for this reason.
        case untried(String)
    }

    public var side: Session.Side
    /// What was tried, in words: `list objects`.
    public var trial: String
    public var verdict: Verdict
    /// What would have to be allowed.
    public var missing: [AccessGrant] = []
    /// Something that could not be removed again, and stays behind.
    public var leftover: String?

    public var error: StorageError? {
        if case .refused(let error) = verdict { error } else { nil }
    }
}
