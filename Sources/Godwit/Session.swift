// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendLocal
internal import BackendMemory
internal import BackendS3
internal import Settings
internal import StorageLayers
public import StorageModel
internal import Synchronization

/// Opens locations and runs the engine between them. One session owns the connections of both sides.
public final class Session: Sendable {
    public let options: SessionOptions
    /// Requests sent by every remote of this session.
    public let requests = RequestLedger()

    public enum Side: Sendable { case source, target }

    /// How to read a location without a trailing slash.
    public enum Expectation: Sendable {
        /// Ask the store whether it is an object.
        case lookUp
        /// It is a prefix or a directory (a sync's target).
        case prefix
        /// It is one object (`copyto`, `cat`, `put`).
        case object
    }

    let clients: HTTPClients
    let layers: LayerOrder
    let registry = OpenRegistry()
    let credentials = SharedCredentials()
    let expressSessions = ExpressSessions()
    /// What `:memory:` holds, for both sides and as long as the session.
    let memory = MemoryStore()
    let localOptions: LocalOptions
    private let configuration: Mutex<Configuration?>

    /// A session; a configuration file that was named is read at once, any other when a remote is looked up in it.
    public init(_ options: SessionOptions) throws(StorageError) {
        self.options = options
        clients = HTTPClients(options)
        layers = LayerOrder(
            attemptsMax: options.attemptsMax, listedAheadMax: options.listedAheadMax, isRegulated: options.isRegulated)
        var localOptions = LocalOptions(run: options.run)
        localOptions.escapesKeys = options.escapesKeys
        localOptions.links = options.links
        localOptions.writesInPlace = options.writesInPlace
        localOptions.keepsAttributes = options.keepsFileAttributes
        localOptions.usualType = ContentTypeGuess.of
        localOptions.keepsPermissions = options.keepsFilePermissions
        self.localOptions = localOptions
        configuration = Mutex(
            try options.configurationFile.map { file throws(StorageError) in
                try Configuration.load(file, environment: options.environment)
            })
    }

    /// Requests and reads that were tried again so far.
    public var retries: Int { layers.retries.count }

    /// Closes connections. Nothing of the session may be used afterwards.
    public func shutdown() { clients.shutdown() }

    /// The remote and the path that `location` names.
    func resolve(_ location: String, as side: Side) throws(StorageError) -> ResolvedLocation {
        let parsed = try LocationParser.parse(location)
        let overrides = side == .source ? options.sourceOverrides : options.targetOverrides
        let configuration: Configuration
        switch parsed.remote {
        case .local, .aws: configuration = try Configuration.empty(environment: options.environment)
        case .named, .described: configuration = try loadedConfiguration()
        }
        let resolved = try configuration.resolve(parsed, overrides: overrides)
        let object = try resolved.ofNamedVersion
        guard side == .target, object != resolved else { return object }
        throw StorageError(
            .invalidConfiguration, during: .validate, at: resolved.display,
            message: "one version of an object cannot be written to", advice: "name the object without ?versionId=")
    }

    private func loadedConfiguration() throws(StorageError) -> Configuration {
        let result = configuration.withLock { configuration -> Result<Configuration, StorageError> in
            if let configuration { return .success(configuration) }
            do throws(StorageError) {
                let loaded = try Configuration.load(nil, environment: options.environment)
                configuration = loaded
                return .success(loaded)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The backend of a container, without the session's layers.
    func container(_ name: String, of settings: RemoteSettings, as side: Side) throws(StorageError) -> any Backend {
        switch settings.kind {
        case .local:
            return LocalBackend(root: name, options: localOptions)
        case .memory:
            return MemoryBackend(store: memory, container: name)
        case .s3:
            let remote = try s3(settings, as: side)
            return S3Backend(
                bucket: name, settings: remote.settings, credentials: remote.credentials, client: remote.client,
                ledger: requests, sessions: expressSessions)
        }
    }

    /// What an S3 remote needs to be opened.
    func s3(_ settings: RemoteSettings, as side: Side) throws(StorageError) -> S3Remote {
        let overrides = side == .source ? options.sourceOverrides : options.targetOverrides
        return try S3Remote(
            settings, choosesProfile: overrides["profile"]?.isEmpty == false, options: options, clients: clients,
            credentials: credentials)
    }
}
