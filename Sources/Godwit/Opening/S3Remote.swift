// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
internal import HTTPTransport
internal import Settings
internal import StorageModel

/// An S3 remote ready to be opened: settings by rclone's names, filled in by AWS's rules where those apply.
struct S3Remote: Sendable {
    let settings: S3Settings
    let credentials: CredentialKeeper
    let client: HTTPClient

    /// - Parameter choosesProfile: The profile was chosen by a flag, which wins over keys.
    init(
        _ remote: RemoteSettings, choosesProfile: Bool, options: SessionOptions, clients: HTTPClients,
        credentials shared: SharedCredentials
    ) throws(StorageError) {
        let environment = options.environment
        let asksForEnvironment = try remote.flag("env_auth") ?? false
        let usesEnvironment = remote.followsAWS || asksForEnvironment
        var way = HTTPClients.Way(scheme: "https", environment: environment)
        way.caFile = remote["ca_bundle"] ?? way.caFile
        way.verifiesCertificates = try !(remote.flag("no_check_certificate") ?? false)
        let secure = way
        let tools = CredentialTools(
            environment: environment, client: { clients.client(secure) }, localClient: { clients.client(.init()) },
            askForCode: options.askForCode)
        let files = ProfileCredentials(
            profile: remote["profile"], tools: tools, sharedFile: remote["shared_credentials_file"])
        var (region, endpoint) = (remote["region"], remote["endpoint"])
        if usesEnvironment || choosesProfile {
            if region == nil { region = try files.region }
            if endpoint == nil { endpoint = try files.endpoint(of: "s3") }
        }
        var settings = try Self.settings(
            remote, region: region, endpoint: endpoint, usesEnvironment: usesEnvironment)
        if usesEnvironment || choosesProfile { try files.chooseHosts(of: &settings, unless: remote) }
        if choosesProfile { (settings.accessKeyID, settings.secretAccessKey, settings.sessionToken) = (nil, nil, nil) }
        self.settings = settings
        credentials = try shared.keeper(for: remote, choosesProfile: choosesProfile) { () throws(StorageError) in
            let own = try Self.credentials(settings, files, tools, remote, choosesProfile: choosesProfile)
            return try Self.assumingRole(of: remote, with: own, files, tools)
        }
        if endpoint?.lowercased().hasPrefix("http://") == true {
            let plain = HTTPClients.Way(scheme: "http", environment: environment)
            (way.proxy, way.noProxy) = (plain.proxy, plain.noProxy)
        }
        client = clients.client(way)
    }

    private static func settings(
        _ remote: RemoteSettings, region: String?, endpoint: String?, usesEnvironment: Bool
    ) throws(StorageError) -> S3Settings {
        var settings = S3Settings(provider: try store(remote, endpoint: endpoint))
        settings.accessKeyID = remote["access_key_id"]
        settings.secretAccessKey = remote["secret_access_key"]
        settings.sessionToken = remote["session_token"]
        settings.usesEnvironment = usesEnvironment
        settings.profile = remote["profile"]
        settings.sharedCredentialsFile = remote["shared_credentials_file"]
        settings.region = region
        settings.endpoint = endpoint ?? settings.provider.endpoint(in: region)
        settings.forcePathStyle = try remote.flag("force_path_style")
        if let chunk = try remote.number("list_chunk", in: 1...Int(Int32.max)) { settings.listChunk = min(chunk, 1000) }
        settings.locationConstraint = remote["location_constraint"]
        settings.acl = remote["acl"]
        settings.storageClass = remote["storage_class"]
        settings.serverSideEncryption = remote["server_side_encryption"]
        settings.sseKMSKeyID = remote["sse_kms_key_id"]
        settings.sseKMSContext = remote["sse_kms_context"]
        settings.usesBucketKey = try remote.flag("sse_bucket_key")
        settings.versionAt = try remote.moment("version_at", now: SystemClock.now())
        settings.versionID = remote["version_id"]
        settings.customerKey = try CustomerKeySettings.key(of: remote)
        settings.requesterPays = try remote.flag("requester_pays") ?? false
        settings.checksumAlgorithm = remote["checksum_algorithm"]
        settings.payloadMode = try remote.choice("payload_mode", of: PayloadMode.self)
        settings.usesUnsignedPayload = try remote.flag("use_unsigned_payload")
        settings.usesDualStack = try remote.flag("use_dual_stack") ?? false
        settings.usesFIPS = try remote.flag("use_fips_endpoint") ?? false
        settings.accelerates = try remote.flag("use_accelerate_endpoint") ?? false
        settings.followsAWS = remote.followsAWS
        settings.usesARNRegion = try remote.flag("use_arn_region") ?? true
        settings.listsDirectoryBuckets = try remote.flag("directory_bucket") ?? false
        settings.contentType = remote["content_type"]
        return settings
    }

    /// The provider, with what the remote's options say of its store.
    private static func store(_ remote: RemoteSettings, endpoint: String?) throws(StorageError) -> Provider {
        var provider = try provider(remote, endpoint: endpoint)
        for option in ProviderOption.all {
            guard let value = remote[option.name], !isLeftOpen(option.name, value) else { continue }
            guard option.set(value, in: &provider) else {
                throw remote.invalid(
                    option.name, "is \"\(TerminalText.escaped(value))\"", advice: "it may be \(option.values)")
            }
        }
        return provider
    }

    /// Whether rclone's option leaves it to the provider.
    private static func isLeftOpen(_ option: String, _ value: String) -> Bool {
        value.lowercased() == "unset" || option == "list_version" && value == "0"
    }

    /// The named provider; without a name, or for `s3://` at an endpoint of one's own, the one that fits any store.
    private static func provider(_ remote: RemoteSettings, endpoint: String?) throws(StorageError) -> Provider {
        let isElsewhere = endpoint.map { !$0.contains(".amazonaws.com") } ?? false
        guard let name = remote["provider"], !(remote.followsAWS && isElsewhere) else {
            return isElsewhere ? .other : .aws
        }
        do throws(StorageError) {
            return try Provider.named(name)
        } catch {
            // A make that rclone knows and that has no entry here works as any store does.
            if RcloneProviders.names.contains(name.lowercased()) { return .other }
            var named = error
            named.location = remote.name
            throw named
        }
    }

    private static func credentials(
        _ settings: S3Settings, _ files: ProfileCredentials, _ tools: CredentialTools, _ remote: RemoteSettings,
        choosesProfile: Bool
    ) throws(StorageError) -> any CredentialSource {
        if choosesProfile { return CredentialChain([files]) }
        switch (settings.accessKeyID, settings.secretAccessKey) {
        case (let id?, let secret?):
            return StaticCredentials(
                Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: settings.sessionToken))
        case (nil, nil):
            // A profile of the remote's own is meant before whatever keys the environment has.
            if settings.usesEnvironment {
                return settings.profile == nil ? try chain(files, tools) : CredentialChain([files])
            }
            let namesFiles = settings.profile != nil || settings.sharedCredentialsFile != nil
            return namesFiles ? CredentialChain([files]) : AnonymousCredentials()
        case (let id, _):
            throw StorageError(
                .invalidConfiguration, during: .validate, at: remote.name,
                message: "only one of access_key_id and secret_access_key is given",
                advice: "add \(id == nil ? "access_key_id" : "secret_access_key")")
        }
    }

    /// All places, in the order in which AWS's own tools look
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
    private static func chain(
        _ files: ProfileCredentials, _ tools: CredentialTools
    ) throws(StorageError) -> any CredentialSource {
        var sources: [any CredentialSource] = [EnvironmentCredentials(environment: tools.environment)]
        let web = WebIdentityCredentials(tools, region: try files.region, endpoint: try files.endpoint(of: "sts"))
        let fromWeb: [any CredentialSource] = web.map { [$0] } ?? []
        sources += try files.assumesRole ? [files] + fromWeb : fromWeb + [files]
        return CredentialChain(sources + [ContainerCredentials(tools), InstanceCredentials(tools)])
    }

    /// The remote's own `role_arn`, by rclone's names, is assumed with whatever it has else.
    private static func assumingRole(
        of remote: RemoteSettings, with own: any CredentialSource, _ files: ProfileCredentials, _ tools: CredentialTools
    ) throws(StorageError) -> any CredentialSource {
        guard let role = remote["role_arn"] else { return own }
        let seconds = try remote.duration("role_session_duration").map { Int($0.components.seconds) }
        let region = if let region = remote["region"] { region } else { try files.region }
        return RoleCredentials(
            role: role, session: remote["role_session_name"], externalID: remote["role_external_id"], seconds: seconds,
            caller: own, region: region, endpoint: try files.endpoint(of: "sts"),
            tools: tools)
    }
}

extension ProfileCredentials {
    /// Which of AWS's hosts and ways to them the environment or the profile wants, where the remote does not say
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html, feature-s3-access-point.html,
    /// feature-s3-express.html).
    fileprivate func chooseHosts(of settings: inout S3Settings, unless remote: RemoteSettings) throws(StorageError) {
        if remote["use_dual_stack"] == nil { settings.usesDualStack = try isOn("use_dualstack_endpoint") }
        if remote["use_fips_endpoint"] == nil { settings.usesFIPS = try isOn("use_fips_endpoint") }
        if remote["use_arn_region"] == nil {
            settings.usesARNRegion = try choice("s3_use_arn_region", nested: "s3.use_arn_region") ?? true
        }
        settings.disablesExpressSessions = try isOn("s3_disable_express_session_auth")
    }
}
