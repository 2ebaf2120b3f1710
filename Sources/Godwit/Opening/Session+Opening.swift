// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendMemory
internal import BackendS3
internal import Settings
internal import StorageLayers
public import StorageModel
public import SyncEngine

extension Session {
    /// Opens what `location` names. Without a trailing slash it is looked up once, unless `expecting` says what it is.
    public func open(
        _ location: String, as side: Side, expecting: Expectation = .lookUp
    ) async throws(StorageError) -> OpenLocation {
        let resolved = try resolve(location, as: side)
        try refuseWhatOnlyS3Has(resolved, side)
        if expecting == .object, resolved.hasTrailingSlash {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: resolved.display,
                message: "a location that ends in a slash is a directory, where one object is wanted",
                advice: "name the object")
        }
        let (container, form): (String, OpenLocation.Form)
        switch resolved.settings.kind {
        case .local:
            (container, form) = try LocalPlace.find(resolved.path, expecting)
        case .s3, .memory:
            let (name, key) = resolved.containerAndKey
            guard !name.isEmpty else {
                guard key.isRoot else { throw noContainer(resolved) }
                if expecting == .object { throw noContainer(resolved) }
                // Credentials and settings that cannot work show now.
                if resolved.settings.kind == .s3 { _ = try s3(resolved.settings, as: side) }
                return OpenLocation(backend: nil, form: .account, display: resolved.display)
            }
            container = name
            form = try await self.form(of: key, in: name, resolved, side, expecting)
        }
        let backend = try self.container(container, of: resolved.settings, as: side)
        try registry.add(backend, resolved.settings)
        let layered = layers.around(backend)
        if side == .target, options.createsContainers { try await layered.createContainer() }
        return OpenLocation(backend: layered, form: form, display: resolved.display)
    }

    /// Opens `location`, which is a directory or a prefix whatever it looks like.
    public func openDirectory(_ location: String, as side: Side) async throws(StorageError) -> SyncLocation {
        let opened = try await open(location, as: side, expecting: .prefix)
        guard let backend = opened.backend, case .prefix(let prefix) = opened.form else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: opened.display, message: "the location names no bucket",
                advice: "write BUCKET/PREFIX behind the remote")
        }
        return SyncLocation(backend: backend, prefix: prefix)
    }

    /// As ``openDirectory(_:as:)``, for `use` (as words) in the store of `target`, which copies there by itself.
    public func openDirectory(
        _ location: String, inStoreOf target: SyncLocation, use: String
    ) async throws(StorageError) -> SyncLocation {
        let place = try await openDirectory(location, as: .target)
        guard place.backend.identity.store == target.backend.identity.store else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: place.backend.identity.container,
                message: "the directory \(use) is not in the target's store, which copies by itself",
                advice: "name a place in the same store")
        }
        return place
    }

    /// Most flags about S3 have no meaning elsewhere and are passed over there. To pass over these would be to read something
    /// else than was asked for, or to write in the clear what was to be encrypted.
    private func refuseWhatOnlyS3Has(_ resolved: ResolvedLocation, _ side: Side) throws(StorageError) {
        guard resolved.settings.kind != .s3 else { return }
        let overrides = side == .source ? options.sourceOverrides : options.targetOverrides
        for name in ["version_at", "sse_customer_key", "sse_customer_key_base64"] where overrides[name] != nil {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: resolved.display,
                message: "only S3 locations have \(name)", advice: "drop the flag")
        }
    }

    func noContainer(_ resolved: ResolvedLocation) -> StorageError {
        StorageError(
            .invalidConfiguration, during: .validate, at: resolved.display, message: "the location names no bucket",
            advice: "write BUCKET/KEY behind the remote")
    }

    /// What `key` is: as expected, or by asking the store.
    private func form(
        of key: ObjectKey, in container: String, _ resolved: ResolvedLocation, _ side: Side, _ expecting: Expectation
    ) async throws(StorageError) -> OpenLocation.Form {
        if key.isRoot {
            guard expecting != .object else {
                throw StorageError(
                    .invalidConfiguration, during: .validate, at: resolved.display,
                    message: "the location is a bucket, where one object is wanted",
                    advice: "name the object behind the bucket")
            }
            return .prefix(.root)
        }
        if key.isDirectoryMarker { return .prefix(key) }
        let prefix = ObjectKey("/").prefixed(by: key)
        switch expecting {
        case .object: return .object(key)
        case .prefix: return .prefix(prefix)
        case .lookUp: break
        }
        let backend = layers.around(try self.container(container, of: resolved.settings, as: side))
        // One entry answers whether there are any.
        let probed =
            try resolved.settings.kind == .s3
            ? resolved.settings.overridden(by: [RemoteOption("list_chunk", "1")], place: "") : resolved.settings
        let prober = layers.around(try self.container(container, of: probed, as: side))
        let hasObject = try await LookUp.hasObject(key, in: backend)
        let hasPrefix = try await LookUp.hasAny(under: prefix, in: prober)
        guard hasObject, hasPrefix else { return hasObject ? .object(key) : .prefix(prefix) }
        throw StorageError(
            .invalidConfiguration, during: .validate, at: resolved.display,
            message: "there is an object of this name, and there are objects under it",
            advice: "add a slash to mean what is under it, or use copyto to mean the object")
    }

    /// The backend of `location`, whose versions are to be listed, and the prefix that they have: a whole key where there is no
    /// slash at the end.
    public func openVersions(_ location: String) async throws(StorageError) -> (any Backend, prefix: ObjectKey) {
        let resolved = try resolve(location, as: .source)
        let (name, key) = resolved.containerAndKey
        guard resolved.settings.kind == .s3 else {
            throw StorageError(
                .invalidConfiguration, during: .list, at: resolved.display, message: "only S3 remotes keep versions")
        }
        guard !name.isEmpty else { throw noContainer(resolved) }
        let backend = layers.around(try container(name, of: resolved.settings, as: .source))
        guard backend.capabilities.listsVersions else {
            throw StorageError(
                .unsupported, during: .list, at: resolved.display, message: "this make of store does not list versions")
        }
        return (backend, key)
    }

    /// The buckets of the remote that `location` names.
    public func containers(of location: String) async throws(StorageError) -> [Container] {
        let resolved = try resolve(location, as: .source)
        switch resolved.settings.kind {
        case .s3:
            let remote = try s3(resolved.settings, as: .source)
            let account = S3Account(
                settings: remote.settings, credentials: remote.credentials, client: remote.client, ledger: requests)
            return try await layers.around(.init(.page)) { () async throws(StorageError) -> [Container] in
                try await account.buckets().map { Container(name: $0.name, created: $0.created) }
            }
        case .memory:
            return memory.names.map { Container(name: $0, created: nil) }
        case .local:
            throw StorageError(
                .unsupported, during: .list, at: resolved.display, message: "a local directory has no buckets")
        }
    }

    /// A presigned URL for reading one object.
    public func presign(_ location: String, expires: Duration) async throws(StorageError) -> String {
        let resolved = try resolve(location, as: .source)
        let (container, key) = resolved.containerAndKey
        guard resolved.settings.kind == .s3 else {
            throw StorageError(
                .unsupported, during: .read, at: resolved.display, message: "only S3 remotes have links")
        }
        guard !container.isEmpty, !key.isRoot else { throw noContainer(resolved) }
        let remote = try s3(resolved.settings, as: .source)
        let backend = S3Backend(
            bucket: container, settings: remote.settings, credentials: remote.credentials, client: remote.client,
            ledger: requests, sessions: expressSessions)
        return try await backend.presignedURL(for: key, expires: expires)
    }
}
