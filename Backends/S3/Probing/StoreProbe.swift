// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import HTTPTransport
package import StorageModel

/// Finds out what a store does by trying it, with small objects under a prefix of their own, of which nothing stays.
///
/// Each thing is tried with what was found out before it, and believed only when its effect was read back: a condition is
/// honoured where one that does not hold is refused. What a store answers with a permanent error it does not do. Where the
/// trial cannot tell (leave is missing, the answer was lost), the provider's word stands.
package struct StoreProbe: Sendable {
    /// What is known by now.
    package private(set) var provider: Provider
    /// What the keys of everything that is tried begin with.
    let place: ObjectKey
    private let bucket: String
    private let settings: S3Settings
    private let credentials: any CredentialSource
    private let client: HTTPClient
    private let ledger: RequestLedger
    let traces = ProbeTraces()

    /// - Parameter place: A prefix, ending in `/`, under which nothing is.
    package init(
        bucket: String, place: ObjectKey, settings: S3Settings, credentials: any CredentialSource, client: HTTPClient,
        ledger: RequestLedger
    ) {
        (self.bucket, self.place, self.settings) = (bucket, place, settings)
        (self.credentials, self.client, self.ledger) = (credentials, client, ledger)
        provider = settings.provider
    }

    /// Tries everything, and tells of each thing as it is found.
    /// - Returns: what could not be removed again.
    /// - Throws: what keeps an object from being written and read at all, or the connection from working.
    package mutating func run(report: (StoreTrait) -> Void) async throws(StorageError) -> [ObjectKey] {
        var problem: StorageError?
        do throws(StorageError) {
            try await put(Self.content, at: key("object"))
            try await findAll(report)
        } catch {
            problem = error
        }
        // A task of its own, and waited for: this one may be cancelled, and would send nothing.
        let probe = self
        let left = await Task { await probe.clean() }.value
        guard var problem else { return left }
        if !left.isEmpty {
            problem.advice = "\(left.count) objects under \(place) stay behind, to be removed by who may"
        }
        throw problem
    }

    private mutating func findAll(_ report: (StoreTrait) -> Void) async throws(StorageError) {
        try await find("takes_unsigned_payload", \.takesUnsignedPayload, Self.takesUnsignedPayload, report)
        try await find("upload_checksum", \.uploadChecksum, Self.uploadChecksum, report)
        try await find("takes_md5", \.takesMD5, Self.takesMD5, report)
        try await find("etag_is_md5", \.tagsAreMD5, Self.tagsAreMD5, report)
        try await find("use_multipart_etag", \.multipartTagIsComposite, Self.multipartTagIsComposite, report)
        let way = try await listingWay()
        try await find("list_version", \.listVersion, { _ in { way?.version } }, report)
        try await find("list_url_encode", \.listsURLEncoded, { _ in { way?.isEncoded } }, report)
        try await find("listing_order", \.listingOrder, { _ in { way?.order } }, report)
        try await find("delete_batch_max", \.deleteBatchMax, Self.deleteBatchMax, report)
        try await find("stores_directory_markers", \.storesDirectoryMarkers, Self.storesDirectoryMarkers, report)
        try await find("conditions", \.conditions, Self.conditions, report)
        try await find("attributes", \.attributes, Self.attributes, report)
        try await find("counts_tags", \.countsTags, Self.countsTags, report)
        try await find("tags_uploads", \.tagsUploads, Self.tagsUploads, report)
        try await find("storage_classes", \.storageClasses, Self.storageClasses, report)
        try await find("copies_server_side", \.copiesServerSide, Self.copiesServerSide, report)
        try await find("copies_honour_conditions", \.copiesHonourConditions, Self.copiesHonourConditions, report)
        try await find("copies_tags", \.copiesTags, Self.copiesTags, report)
        try await find("copies_parts", \.copiesParts, Self.copiesParts, report)
        try await find(
            "copies_parts_of_escaped_keys", \.copiesPartsOfEscapedKeys, Self.copiesPartsOfEscapedKeys, report)
        try await find("keeps_chunked_encoding", \.keepsChunkedEncoding, Self.keepsChunkedEncoding, report)
        try await find("chunked_bodies", \.chunkedBodies, Self.chunkedBodies, report)
        try await find("lists_versions", \.listsVersions, Self.listsVersions, report)
        try await find(
            "loses_keys_between_pages", \.losesKeysBetweenPages, Self.losesKeysBetweenPages, report)
        try await find("takes_customer_keys", \.takesCustomerKeys, Self.takesCustomerKeys, report)
    }

    /// Finds out one thing; nil where the trial cannot tell.
    private mutating func find<Value>(
        _ name: String, _ property: WritableKeyPath<Provider, Value>,
        _ trial: (Self) -> () async throws(StorageError) -> Value?, _ report: (StoreTrait) -> Void
    ) async throws(StorageError) {
        guard let option = ProviderOption.named(name) else { preconditionFailure("there is no option \(name)") }
        var trait = StoreTrait(
            option: name, assumed: option.value(in: provider), outcome: .unknown("it cannot be told here"))
        do throws(StorageError) {
            if let value = try await trial(self)() {
                provider[keyPath: property] = value
                trait.outcome = .found(option.value(in: provider))
            }
        } catch {
            if error.kind == .cancelled { throw error }
            trait.outcome = .unknown("\(error)")
        }
        report(trait)
    }

    // MARK: what trials are made of

    static let content = Array("godwit".utf8)
    static let otherContent = Array("another".utf8)

    /// The key of `name` here.
    func key(_ name: String) -> ObjectKey { ObjectKey(name).prefixed(by: place) }

    /// The bucket as it is known by now, and as `change` would have it.
    func backend(_ change: (inout S3Settings) -> Void = { _ in }) -> S3Backend {
        var settings = settings
        settings.provider = provider
        change(&settings)
        return S3Backend(
            bucket: bucket, settings: settings, credentials: credentials, client: client, ledger: ledger)
    }

    @discardableResult
    func put(
        _ bytes: [UInt8], at key: ObjectKey, _ options: WriteOptions = WriteOptions(), by backend: S3Backend? = nil
    ) async throws(StorageError) -> Entry {
        traces.add(key)
        return try await (backend ?? self.backend()).write(PartBuffer(bytes), to: key, options)
    }

    /// Writes `bytes` as an upload of one part, or has `fill` make the part.
    @discardableResult
    func upload(
        _ bytes: [UInt8], to key: ObjectKey, _ options: WriteOptions = WriteOptions(), by backend: S3Backend? = nil,
        fill: ((any UploadSession) async throws(StorageError) -> PartReceipt)? = nil
    ) async throws(StorageError) -> Entry {
        traces.add(key)
        let size = Int64(bytes.count)
        let session = try await (backend ?? self.backend()).beginUpload(to: key, size: size, partSize: size, options)
        do throws(StorageError) {
            let part =
                if let fill { try await fill(session) } else { try await session.upload(1, at: 0, PartBuffer(bytes)) }
            return try await session.complete([part], expected: nil)
        } catch {
            try? await session.abort()
            throw error
        }
    }

    @discardableResult
    func copy(
        _ source: Entry, to key: ObjectKey, _ options: WriteOptions = WriteOptions(), by backend: S3Backend
    ) async throws(StorageError) -> Entry {
        traces.add(key)
        return try await backend.copy(backend.copySource(source), to: key, options)
    }

    /// The bytes of a small object.
    func bytes(of key: ObjectKey, by backend: S3Backend? = nil) async throws(StorageError) -> [UInt8] {
        let buffer = PartBuffer(capacity: 64)
        _ = try await (backend ?? self.backend()).read(key, ReadOptions(), into: buffer)
        return buffer.array
    }

    func stat(_ key: ObjectKey) async throws(StorageError) -> Entry { try await backend().stat(key, version: nil) }

    /// What `body` says; false where the store answers with an error that it would give again.
    func succeeds(_ body: () async throws(StorageError) -> Bool) async throws(StorageError) -> Bool {
        do throws(StorageError) {
            return try await body()
        } catch {
            guard Self.isAnswer(error) else { throw error }
            return false
        }
    }

    /// Whether `body` is refused because a condition does not hold.
    func fails(_ body: () async throws(StorageError) -> Void) async throws(StorageError) -> Bool {
        do throws(StorageError) {
            try await body()
            return false
        } catch {
            guard error.kind == .preconditionFailed else { throw error }
            return true
        }
    }

    /// Whether an error tells what the store does, rather than who may do it or how the network is.
    static func isAnswer(_ error: StorageError) -> Bool {
        switch error.kind {
        case .corrupted: true
        case .permissionDenied, .unauthenticated, .containerNotFound, .connectionLost, .timedOut, .rateLimited,
            .outcomeUnknown, .cancelled:
            false
        default: !error.isTransient
        }
    }

    // MARK: removing

    /// Removes all that was made, as far as that can be.
    /// - Returns: what stays.
    private func clean() async -> [ObjectKey] {
        let backend = backend()
        for upload in (try? await backend.unfinishedUploads(under: place)) ?? [] { try? await backend.abort(upload) }
        var deletions = traces.keys.map { Deletion(key: $0) }
        // A deletion without a version would leave a mark.
        if (try? await backend.connection.mayHoldVersions()) ?? true, let versions = try? await versions(by: backend) {
            deletions = versions
        }
        // What a store deletes together is known late, and some may have failed for a moment.
        let alone = self.backend { $0.provider.deleteBatchMax = 1 }
        for backend in [backend, alone] where !deletions.isEmpty {
            guard let outcomes = try? await backend.delete(deletions) else { continue }
            deletions = zip(deletions, outcomes)
                .filter { $1.error.map { $0.kind != .notFound } ?? false }.map(\.0)
        }
        return Set(deletions.map(\.key)).sorted()
    }

    /// The deletions of every version and every delete marker here.
    private func versions(by backend: S3Backend) async throws(StorageError) -> [Deletion] {
        var request = ListRequest(prefix: place, order: provider.listingOrder)
        request.versions = .all
        let listing = backend.list(request)
        var found: [Deletion] = []
        while let page = try await listing.next() {
            found += page.entries.map { Deletion(key: $0.key, version: $0.version) }
        }
        return found
    }
}
