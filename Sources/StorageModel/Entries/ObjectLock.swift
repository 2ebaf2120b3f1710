// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How long a version may not be deleted (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html).
public struct ObjectLock: Sendable, Hashable {
    public enum Mode: String, Sendable, Hashable {
        /// Who has a special permission may delete it all the same.
        case governance = "GOVERNANCE"
        case compliance = "COMPLIANCE"
    }

    public var mode: Mode?
    /// The end of the retention; has a meaning with a mode only.
    public var retainUntil: Timestamp?
    /// Kept until someone takes the hold off.
    public var hasLegalHold: Bool

    public init(mode: Mode? = nil, retainUntil: Timestamp? = nil, hasLegalHold: Bool = false) {
        self.mode = mode
        self.retainUntil = retainUntil
        self.hasLegalHold = hasLegalHold
    }

    /// Whether anything is locked at `now`.
    public func holds(at now: Timestamp) -> Bool {
        hasLegalHold || mode != nil && retainUntil.map { $0 > now } ?? false
    }
}
