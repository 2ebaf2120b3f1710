// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Everything that touches bytes: a bucket, a directory tree, a dictionary.
///
/// A backend is rooted at one container (a bucket, a root directory); keys are whole keys within it. There are no
/// default implementations, so that a wrapper never misses an override. Every call may be made from any task; calls
/// suspend rather than block. Cancelling the task ends the call with `cancelled`.
public protocol Backend: Sendable {
    var identity: BackendIdentity { get }
    var capabilities: Capabilities { get }
    /// Where calls of many small objects run best (an event loop's executor); nil: anywhere.
    var preferredExecutor: (any TaskExecutor)? { get }

    /// Entries under `request.prefix`. A missing prefix is empty; a missing container is `containerNotFound`.
    func list(_ request: ListRequest) -> any Listing
    /// One object's entry with its metadata.
    func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry
    /// Appends the bytes asked for to `buffer` and returns the object's entry (its whole size, tag, metadata), as the
    /// store gave it with the bytes. When it throws, `buffer.count` tells how many bytes had arrived. It is
    /// `preconditionFailed` when the object does not fit the buffer: it grew.
    func read(_ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer) async throws(StorageError) -> Entry
    /// Writes a whole object. Atomic: readers see the new object or the old one. The bytes are proven before the
    /// object becomes visible. Returns what the store now holds (at least size, and the tag where it has one).
    func write(_ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions) async throws(StorageError) -> Entry
    /// Begins an object of `size` bytes that is written in parts of `partSize` (the last one shorter). A size of -1:
    /// it shows only when the upload is completed.
    func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession
    /// What an upload to `key` is begun under and keeps to its end, as a digest: metadata, access, encryption. Empty
    /// where nothing is fixed by its beginning.
    func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8]
    /// Takes up the upload that ``UploadSession/token`` names, which an earlier process began with the same size, parts
    /// and ``terms(_:for:)``. `notFound` when the store has no such upload any more.
    func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession
    /// How the store finds `entry` of this container when it is to copy it by itself.
    func copySource(_ entry: Entry) -> CopySource
    /// Copies within the store, without the bytes passing through here.
    func copy(_ source: CopySource, to key: ObjectKey, _ options: WriteOptions) async throws(StorageError) -> Entry
    /// Sets the modification time (and nothing else) of what `entry` describes, without moving its bytes.
    func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError)
    /// The metadata of `entry` with those of `wanted` that neither a stat nor a read shows: tags, access list.
    func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata
    /// Gives what `entry` describes the kinds `changed` of `metadata`, and keeps everything else, without moving its bytes.
    /// `modified`: for metadata, the time that is kept with it.
    func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata, modified: Timestamp?
    ) async throws(StorageError)
    /// Asks the store to make the archived object that `entry` describes, in its version where it has one, readable for a
    /// while. Returns how far that is; nil when it is not archived.
    func restore(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState?
    /// Deletes objects; an absent one counts as deleted. One outcome a deletion, in order. At most
    /// `capabilities.deleteBatchMax` at a time.
    func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome]

    /// Returns once everything that was written and renamed before survives a power cut. Stores that answer only then
    /// have nothing to do.
    func flush() async throws(StorageError)

    /// Makes the container (a bucket, the root directory); succeeds when it is ours already.
    func createContainer() async throws(StorageError)
    /// Removes the empty container. A directory key within it (ending in `/`) removes that empty directory instead.
    func removeContainer(_ directory: ObjectKey) async throws(StorageError)
    /// Whether the container is there. Throws when that cannot be told.
    func containerExists() async throws(StorageError) -> Bool
    /// Whether the container keeps every version of an object that is overwritten or deleted from now on.
    func keepsVersions() async throws(StorageError) -> Bool
    /// Which of `wanted` objects of this very container may have: a bucket may be without locks, access lists, a website.
    /// What may not be asked counts as kept.
    func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes
    /// Multipart uploads (or temporary files) under `prefix` that were begun and neither completed nor aborted.
    func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload]
    /// Gives up what ``unfinishedUploads(under:)`` found.
    func abort(_ upload: UnfinishedUpload) async throws(StorageError)
}

extension Backend {
    /// Whether a server-side copy from `source` to here is possible.
    public func canCopyServerSide(from source: any Backend) -> Bool {
        capabilities.serverSideCopyMax != nil && identity.store == source.identity.store
            && identity.account == source.identity.account
    }
}

/// Which container this is, so that equal and overlapping locations can be told.
public struct BackendIdentity: Sendable, Hashable {
    /// The store: `s3+https://s3.eu-west-1.amazonaws.com`, `local`, `memory`.
    public var store: String
    /// Who signs in, without secrets: an access key id. Two accounts of one store may not read each other.
    public var account: String
    /// The bucket, or the real path of the root directory.
    public var container: String

    public init(store: String, account: String = "", container: String) {
        self.store = store
        self.account = account
        self.container = container
    }
}

/// An upload that was begun and never finished.
public struct UnfinishedUpload: Sendable, Hashable {
    public var key: ObjectKey
    public var token: String
    public var begun: Timestamp?
    /// The run of godwit that began it, where the store can tell (by a temporary file's name).
    public var run: String?

    public init(key: ObjectKey, token: String, begun: Timestamp?, run: String? = nil) {
        self.key = key
        self.token = token
        self.begun = begun
        self.run = run
    }
}
