// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// A profile of `~/.aws/credentials` and `~/.aws/config`, read once; in whichever way it leads to credentials.
package struct ProfileCredentials: CredentialSource {
    /// The profile's name.
    package let profile: String
    private let isChosen: Bool
    private let credentialsPath: String
    private let configurationPath: String
    private let tools: CredentialTools
    private let loaded: Result<SharedProfiles, StorageError>

    /// - Parameters:
    ///   - profile: Nil: `AWS_PROFILE`, `AWS_DEFAULT_PROFILE` or `default`.
    ///   - sharedFile: Nil: `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials`.
    ///   - configFile: Nil: `AWS_CONFIG_FILE` or `~/.aws/config`.
    package init(profile: String?, tools: CredentialTools, sharedFile: String? = nil, configFile: String? = nil) {
        let chosen = profile ?? tools.variable("AWS_PROFILE") ?? tools.variable("AWS_DEFAULT_PROFILE")
        credentialsPath = tools.expanded(
            sharedFile ?? tools.variable("AWS_SHARED_CREDENTIALS_FILE") ?? "~/.aws/credentials")
        configurationPath = tools.expanded(configFile ?? tools.variable("AWS_CONFIG_FILE") ?? "~/.aws/config")
        self.profile = chosen ?? "default"
        self.tools = tools
        isChosen = chosen != nil
        do throws(StorageError) {
            loaded = .success(
                try SharedProfiles(credentialsPath: credentialsPath, configurationPath: configurationPath))
        } catch {
            loaded = .failure(error)
        }
    }

    package var place: String { "profile \(profile) in \(credentialsPath) and \(configurationPath)" }

    /// Of AWS_REGION and AWS_DEFAULT_REGION, else the profile's.
    package var region: String? {
        get throws(StorageError) {
            if let region = tools.variable("AWS_REGION") ?? tools.variable("AWS_DEFAULT_REGION") { return region }
            return try loaded.get().profile(profile)?["region"]
        }
    }

    /// The endpoint that the environment or the profile names for `service` (`s3`, `sts`, `sso_oidc`)
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
    package func endpoint(of service: String) throws(StorageError) -> String? {
        if tools.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true" { return nil }
        let named = tools.variable("AWS_ENDPOINT_URL_\(service.uppercased())") ?? tools.variable("AWS_ENDPOINT_URL")
        guard named == nil, let found = try loaded.get().profile(profile) else { return named }
        return found.services["\(service).endpoint_url"] ?? found["endpoint_url"]
    }

    /// Whether AWS_NAME or `name` of the profile says yes.
    package func isOn(_ name: String) throws(StorageError) -> Bool { try choice(name) == true }

    /// What AWS_NAME says, or else the profile by one of the names `name` and `nested`; nil when nothing does.
    package func choice(_ name: String, nested: String? = nil) throws(StorageError) -> Bool? {
        if let text = tools.variable("AWS_\(name.uppercased())") { return text.lowercased() == "true" }
        let found = try loaded.get().profile(profile)
        let text = found?[name] ?? nested.flatMap { found?[$0] }
        return text.map { $0.lowercased() == "true" }
    }

    /// Whether the profile assumes a role with other credentials, which comes before all but the environment's keys.
    package var assumesRole: Bool {
        get throws(StorageError) {
            guard let found = try loaded.get().profile(profile) else { return false }
            return found["role_arn"] != nil && found["web_identity_token_file"] == nil
        }
    }

    package func credentials() async throws(StorageError) -> Credentials? {
        let files = try loaded.get()
        guard let found = files.profile(profile) else {
            guard isChosen else { return nil }
            throw Self.missing(profile, files, advice: "check --s3-profile, the remote's profile and AWS_PROFILE")
        }
        let endpoint = { (service: String) throws(StorageError) in try self.endpoint(of: service) }
        return try await ProfileWay(files, tools, region: try region, endpoint: endpoint).source(of: found)?
            .credentials()
    }

    static func missing(_ name: String, _ files: SharedProfiles, advice: String) -> StorageError {
        let known = files.names.isEmpty ? "there are none" : "known: \(files.names.joined(separator: ", "))"
        return StorageError(
            .invalidConfiguration, during: .connect,
            message: "no profile \(name) in \(files.credentialsPath) or \(files.configurationPath); \(known)",
            advice: advice)
    }
}
