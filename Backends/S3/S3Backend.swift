// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import HTTPTransport
package import StorageModel

/// One bucket of an S3 store.
///
/// Settings that cannot work (a malformed endpoint, a name that is no bucket's) show with the first request. Nothing is
/// retried here; each error says whether that may help.
package struct S3Backend: Backend {
    package let identity: BackendIdentity
    package let capabilities: Capabilities
    let connection: S3Connection

    package init(
        bucket: String, settings: S3Settings, credentials: any CredentialSource, client: HTTPClient,
        ledger: RequestLedger, sessions: ExpressSessions = ExpressSessions(),
        now: @escaping @Sendable () -> Timestamp = SystemClock.now
    ) {
        connection = S3Connection(
            bucket: bucket, settings: settings, credentials: credentials, client: client, ledger: ledger,
            sessions: sessions, now: now)
        capabilities = connection.policy.capabilities
        let store = connection.endpoint.map { "s3+\($0.scheme)://\($0.authority)" } ?? "s3"
        let account = settings.accessKeyID ?? settings.profile ?? credentials.place
        identity = BackendIdentity(store: store, account: account, container: bucket)
    }

    /// Whether this is a directory bucket of S3 Express One Zone.
    package var isDirectory: Bool { if case .directory = connection.form { true } else { false } }

    /// Throws what the first request would, were the settings such that none can be sent.
    package func checkSettings() throws(StorageError) {
        if connection.settingsRefusal != nil { throw connection.settingsProblem }
    }

    package var preferredExecutor: (any TaskExecutor)? { connection.client.executor }

    package func list(_ request: ListRequest) -> any Listing {
        var request = request
        if let moment = connection.settings.versionAt, request.versions == .current { request.versions = .at(moment) }
        return request.versions == .current ? S3Listing(connection, request) : S3VersionListing(connection, request)
    }

    package func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        let then = try await connection.version(of: key, asked: version)
        var entry = try await connection.headObject(key, version: then)
        // A store that does not name the version that was asked for means that one.
        if entry.version == nil { entry.version = then }
        return entry
    }

    package func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        var options = options
        options.version = try await connection.version(of: key, asked: options.version)
        return try await connection.getObject(key, options, into: buffer)
    }

    package func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try await connection.putObject(content, to: key, options)
    }

    package func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try await connection.createMultipartUpload(to: key, size: size, partSize: partSize, options)
    }

    package func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8] { connection.terms(options, for: key) }

    package func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try connection.resumeMultipartUpload(token, to: key, size: size, partSize: partSize, options)
    }

    package func flush() async throws(StorageError) {}

    package func copySource(_ entry: Entry) -> CopySource {
        CopySource(container: connection.bucket, entry: entry, customerKey: connection.settings.customerKey)
    }

    package func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try await connection.copyObject(source, to: key, options)
    }

    package func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        try await connection.setAttributes(.times, of: entry, to: nil, modified: time)
    }

    package func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata {
        var metadata = entry.metadata ?? ObjectMetadata()
        if wanted.contains(.tags) { metadata.tags = try await connection.tags(of: entry.key, version: entry.version) }
        if wanted.contains(.access) {
            metadata.access = try await connection.accessList(of: entry.key, version: entry.version)
        }
        return metadata
    }

    package func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata, modified: Timestamp?
    ) async throws(StorageError) {
        try await connection.setAttributes(changed, of: entry, to: metadata, modified: modified)
    }

    package func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes {
        try await connection.keptAttributes(of: wanted)
    }

    package func restore(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState? {
        try await connection.restoreObject(entry, request)
    }

    package func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        try await connection.delete(deletions)
    }

    package func createContainer() async throws(StorageError) { try await connection.createBucket() }

    package func removeContainer(_ directory: ObjectKey) async throws(StorageError) {
        guard directory.isRoot else {
            throw StorageError(
                .unsupported, during: .deleteContainer, at: connection.location, key: directory,
                message: "buckets hold no directories")
        }
        try await connection.deleteBucket()
    }

    package func containerExists() async throws(StorageError) -> Bool { try await connection.headBucket() }

    package func keepsVersions() async throws(StorageError) -> Bool { try await connection.isVersioned() }

    package func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        try await connection.listMultipartUploads(under: prefix)
    }

    package func abort(_ upload: UnfinishedUpload) async throws(StorageError) {
        try await connection.abortMultipartUpload(upload.key, upload.token)
    }

    /// A URL that lets whoever has it read the object for `expires` (1 second ... 7 days).
    package func presignedURL(for key: ObjectKey, expires: Duration) async throws(StorageError) -> String {
        try connection.validate(key, during: .read)
        let seconds = Int(min(max(expires.components.seconds, 1), 604_800))
        var call = S3Call(kind: .get, method: .get, operation: .read, permission: "s3:GetObject", key: key)
        if let version = try await connection.version(of: key, asked: nil) { call.query.add("versionId", version) }
        return try await connection.presign(call, seconds: seconds)
    }
}
