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

    /// What of it holds at `now`: a retention that has ended is none. Nil: nothing.
    public func holding(at now: Timestamp) -> ObjectLock? {
        guard holds(at: now) else { return nil }
        guard mode != nil, let retainUntil, retainUntil > now else { return ObjectLock(hasLegalHold: true) }
        return self
    }

    /// The protection of both: whichever mode is stricter, whichever retention is longer.
    public func strengthened(by other: ObjectLock) -> ObjectLock {
        let modes = [mode, other.mode], times = [retainUntil, other.retainUntil].compactMap(\.self)
        return ObjectLock(
            mode: modes.contains(.compliance) ? .compliance : modes.contains(.governance) ? .governance : nil,
            retainUntil: times.max(), hasLegalHold: hasLegalHold || other.hasLegalHold)
    }

    /// Whether it protects no less than `other` does. Times are compared by the second, which is all that some stores keep.
    public func covers(_ other: ObjectLock) -> Bool {
        let both = strengthened(by: other)
        return both.mode == mode && both.hasLegalHold == hasLegalHold
            && (both.retainUntil?.seconds ?? 0) - (retainUntil?.seconds ?? 0) <= 1
    }
}
