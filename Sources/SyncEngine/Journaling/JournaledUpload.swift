// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// An upload in parts as a journal knows it.
public struct JournaledUpload: Sendable {
    /// Its number in the journal; 0 before it has one.
    public var number: Int64
    /// The whole key at the target.
    public var key: ObjectKey
    /// The store's name for it; nil: it was about to begin, and perhaps did.
    public var token: String?
    /// By this machine's clock.
    public var begun: Timestamp
    public var partSize: Int64
    /// The source as it was when the upload began, with its whole key.
    public var source: Entry
    /// The backend's ``Backend/terms(_:for:)``.
    public var terms: [UInt8]
    public var parts: [JournaledPart]
    /// Whether the run at hand is at it.
    public var isOwn = false

    public init(
        number: Int64 = 0, key: ObjectKey, token: String? = nil, begun: Timestamp, partSize: Int64, source: Entry,
        terms: [UInt8] = [], parts: [JournaledPart] = []
    ) {
        self.number = number
        self.key = key
        self.token = token
        self.begun = begun
        self.partSize = partSize
        self.source = source
        self.terms = terms
        self.parts = parts
    }
}

/// A part that was written and proven.
public struct JournaledPart: Sendable, Hashable {
    public var receipt: PartReceipt
    /// Its digest in the algorithm that the proof of the whole is made of, where that was computed.
    public var digest: [UInt8]?
    /// Its CRC-64/NVME, where that was computed.
    public var content: [UInt8]?

    public init(receipt: PartReceipt, digest: [UInt8]? = nil, content: [UInt8]? = nil) {
        self.receipt = receipt
        self.digest = digest
        self.content = content
    }
}

/// What a run changed at the target and how that can be put back.
public struct UndoRecord: Sendable {
    public enum Change: UInt8, Sendable, Hashable {
        /// There was nothing.
        case created = 0
        case replaced, deleted
    }

    public var change: Change
    /// The whole key at the target.
    public var key: ObjectKey
    /// What was there.
    public var before: Entry?
    /// Where a copy of it is: the whole key in the undo directory's container. Nil where the store itself keeps
    /// versions.
    public var kept: ObjectKey?
    /// What the run left there; nil: nothing, or it is not known since the run died.
    public var after: Entry?

    public init(change: Change, key: ObjectKey, before: Entry?, kept: ObjectKey?, after: Entry? = nil) {
        self.change = change
        self.key = key
        self.before = before
        self.kept = kept
        self.after = after
    }
}
