// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The one error of every backend: what failed, where, why, and whether trying again can help.
public struct StorageError: Error, Sendable {
    /// Few: a kind exists only if some caller reacts differently.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The object is not there.
        case notFound
        /// The bucket or the root directory is not there.
        case containerNotFound
        case alreadyExists
        /// A condition (If-Match, If-None-Match, a file's identity) did not hold: someone changed the object.
        case preconditionFailed
        case permissionDenied
        /// The credentials themselves were refused.
        case unauthenticated
        /// The key cannot exist in this store (`..` as a path, too long, NUL).
        case invalidKey
        /// Settings that cannot work: an unknown host, a malformed endpoint, a wrong region.
        case invalidConfiguration
        /// The store lacks the operation.
        case unsupported
        /// The object is archived and must be restored first.
        case archived
        case outOfSpace
        /// The bytes are not what their digest says.
        case corrupted
        /// A listing came in another order than it declares.
        case listingOutOfOrder
        case rateLimited
        case timedOut
        case connectionLost
        /// The request may or may not have taken effect; a stat settles it.
        case outcomeUnknown
        case cancelled
        case unexpected
    }

    /// Whether the same call may succeed later.
    public enum Disposition: Sendable, Hashable {
        case permanent
        /// Worth another attempt, not before `retryAfter` when the store said so.
        case transient(retryAfter: Duration?)
        /// Was transient; a retry layer gave up after `attempts`.
        case exhausted(attempts: Int)
    }

    public enum Operation: String, Sendable, Hashable {
        case list, stat, read, write, upload, copy, delete, restore
        case createContainer = "create bucket"
        case deleteContainer = "delete bucket"
        case connect, validate
    }

    /// What the store answered, for people and support tickets.
    public struct ServiceReply: Sendable, Hashable {
        public var status: Int
        public var code: String
        public var requestID: String
        /// What exactly was refused, where the store says so.
        public var refusal: Refusal?

        public init(status: Int, code: String, requestID: String, refusal: Refusal? = nil) {
            self.status = status
            self.code = code
            self.requestID = requestID
            self.refusal = refusal
        }
    }

    /// A permission that was missing, in the store's words.
    public struct Refusal: Sendable, Hashable {
        /// `s3:PutObject`, `kms:Decrypt`.
        public var action: String
        /// What for; empty when the store does not say.
        public var resource: String
        /// The policy that denies it, as `identity-based policy`; nil: none allows it.
        public var denier: String?

        public init(action: String, resource: String, denier: String? = nil) {
            self.action = action
            self.resource = resource
            self.denier = denier
        }
    }

    public var kind: Kind
    public var disposition: Disposition
    public var operation: Operation
    /// Where: the canonical location of the container or endpoint.
    public var location: String
    public var key: ObjectKey?
    /// Why, in the store's or the system's words.
    public var message: String
    /// What to do next, when that is known.
    public var advice: String?
    public var service: ServiceReply?

    public init(
        _ kind: Kind, during operation: Operation, at location: String = "", key: ObjectKey? = nil, message: String,
        advice: String? = nil, disposition: Disposition = .permanent, service: ServiceReply? = nil
    ) {
        self.kind = kind
        self.operation = operation
        self.location = location
        self.key = key
        self.message = message
        self.advice = advice
        self.disposition = disposition
        self.service = service
    }

    public var isTransient: Bool {
        if case .transient = disposition { true } else { false }
    }
}

extension StorageError: CustomStringConvertible {
    /// One line: operation, place, key, reason, the store's code and request id, advice.
    public var description: String {
        var text = operation.rawValue
        if let key { text += " \(TerminalText.escaped(key.description))" }
        if !location.isEmpty { text += (key == nil ? " " : " at ") + TerminalText.escaped(location) }
        text += ": \(TerminalText.escaped(message))"
        if let service {
            let code = TerminalText.escaped(service.code)
            text += " (\([code, "HTTP \(service.status)"].filter { !$0.isEmpty }.joined(separator: ", "))"
            text += service.requestID.isEmpty ? ")" : ", request \(TerminalText.escaped(service.requestID)))"
        }
        if case .exhausted(let attempts) = disposition { text += " after \(attempts) attempts" }
        if let advice { text += "; \(TerminalText.escaped(advice))" }
        return text
    }
}
