// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// An object written in parts, invisible until ``complete(_:expected:)``.
///
/// The shape is S3's multipart upload; a file system gives it with a temporary file and a rename.
public protocol UploadSession: Sendable {
    /// Identifies the upload in its store (an S3 UploadId, a temporary file's name), for a journal and for cleaning up.
    var token: String { get }
    /// Whether an earlier attempt to begin it went unanswered and may have left another upload of the same key.
    var mayHaveTwin: Bool { get }
    /// Writes part `number` (1-based), which begins at `offset` of the object. Calling again with the same number
    /// replaces the part. The store has proven the part's bytes when this returns.
    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt
    /// Fills part `number` from `range` of `source` without the bytes passing through here.
    func copy(_ number: Int, from source: CopySource, range: Range<Int64>) async throws(StorageError) -> PartReceipt
    /// Of `parts`, which an earlier process wrote, those that the upload still holds with the same bytes, by the store's
    /// own list or by reading them back. They count as written in ``complete(_:expected:)``.
    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt]
    /// Makes the object visible, whole. `parts` are ascending by number.
    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry
    /// Lets go of the upload without giving it up, for ``Backend/resumeUpload(_:to:size:partSize:_:)`` of a later process.
    func suspend() async
    /// Gives the upload up and frees what it holds. Succeeds when it is already gone.
    func abort() async throws(StorageError)
}

extension UploadSession {
    public var mayHaveTwin: Bool { false }
}

/// The store's word for one written part.
public struct PartReceipt: Sendable, Hashable {
    public var number: Int
    public var size: Int64
    public var tag: VersionTag?
    public var checksums: [Checksum]

    public init(number: Int, size: Int64, tag: VersionTag? = nil, checksums: [Checksum] = []) {
        self.number = number
        self.size = size
        self.tag = tag
        self.checksums = checksums
    }
}

/// The source of a server-side copy: an entry of another container of the same store.
public struct CopySource: Sendable {
    /// The source's container: a bucket's name.
    public var container: String
    public var entry: Entry
    /// The key by which the source is encrypted; nil: none of the customer's.
    public var customerKey: CustomerKey?

    public init(container: String, entry: Entry, customerKey: CustomerKey? = nil) {
        self.container = container
        self.entry = entry
        self.customerKey = customerKey
    }
}
