// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Asks before anything is changed (`--interactive`). Called from many tasks at once.
public protocol Approver: Sendable {
    func answer(to proposal: ProposedChange) async -> Approval
}

/// What whoever is asked answers.
public enum Approval: Sendable, Hashable {
    case yes
    /// The object stays as it is.
    case no
    /// The run ends, as if interrupted.
    case quit
}

/// One change that a run is about to make.
public struct ProposedChange: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case copy
        case delete
        /// Another modification time, the contents as they are.
        case updateTime = "update the time of"
        case makeDirectory = "make"
        /// What a move copied, or found at the target.
        case deleteSource = "delete the source of"
    }

    public var kind: Kind
    /// Relative to the run's locations.
    public var key: ObjectKey
    /// Bytes.
    public var size: Int64

    public init(_ kind: Kind, _ key: ObjectKey, size: Int64) {
        self.kind = kind
        self.key = key
        self.size = size
    }
}

extension RunContext {
    /// Whether `proposal` may be carried out.
    func allows(_ proposal: ProposedChange) async throws(RunStop) -> Bool {
        guard let approver = options.approver else { return true }
        switch await approver.answer(to: proposal) {
        case .yes: return true
        case .no: return false
        case .quit: throw RunStop(reason: .interrupted)
        }
    }
}
