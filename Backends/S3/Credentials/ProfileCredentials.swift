// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// A profile of `~/.aws/credentials` and `~/.aws/config`, read once.
///
/// The credentials file wins over the configuration file, as AWS does it. What a profile may also ask for, a role, a
/// single sign-on, a process, is an error here that names it, never a silent fall back to other keys.
package struct ProfileCredentials: CredentialSource {
    /// The profile's name.
    package let profile: String
    private let isChosen: Bool
    private let credentialsPath: String
    private let configurationPath: String
    private let loaded: Result<Loaded, StorageError>

    private struct Loaded: Sendable {
        /// Nil: the file does not have the profile.
        var credentials: [String: String]?
        var configuration: [String: String]?
        var services: [String: String] = [:]
        var known: [String] = []
    }

    /// - Parameters:
    ///   - profile: Nil: `AWS_PROFILE`, `AWS_DEFAULT_PROFILE` or `default`.
    ///   - sharedFile: Nil: `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials`.
    ///   - configFile: Nil: `AWS_CONFIG_FILE` or `~/.aws/config`.
    package init(
        profile: String?, environment: [String: String], sharedFile: String? = nil, configFile: String? = nil
    ) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = value("HOME") ?? ""
        func expanded(_ path: String) -> String { path.hasPrefix("~/") ? home + path.dropFirst() : path }
        let chosen = profile ?? value("AWS_PROFILE") ?? value("AWS_DEFAULT_PROFILE")
        let name = chosen ?? "default"
        let credentialsPath = expanded(sharedFile ?? value("AWS_SHARED_CREDENTIALS_FILE") ?? "~/.aws/credentials")
        let configurationPath = expanded(configFile ?? value("AWS_CONFIG_FILE") ?? "~/.aws/config")
        self.profile = name
        isChosen = chosen != nil
        self.credentialsPath = credentialsPath
        self.configurationPath = configurationPath
        do throws(StorageError) {
            loaded = .success(
                try Self.load(name, credentialsPath: credentialsPath, configurationPath: configurationPath))
        } catch {
            loaded = .failure(error)
        }
    }

    package var place: String { "profile \(profile) in \(credentialsPath) and \(configurationPath)" }

    /// The profile's region.
    package var region: String? {
        get throws(StorageError) { try value("region") }
    }

    /// The profile's endpoint for S3: of its `services` section, or its own.
    package var endpointURL: String? {
        get throws(StorageError) {
            if let url = try loaded.get().services["s3.endpoint_url"] { return url }
            return try value("endpoint_url")
        }
    }

    package func credentials() async throws(StorageError) -> Credentials? {
        let loaded = try loaded.get()
        guard loaded.credentials != nil || loaded.configuration != nil else {
            guard isChosen else { return nil }
            let known = loaded.known.isEmpty ? "there are none" : "known: \(loaded.known.joined(separator: ", "))"
            throw StorageError(
                .invalidConfiguration, during: .connect,
                message: "no profile \(profile) in \(credentialsPath) or \(configurationPath); \(known)",
                advice: "check --s3-profile, the remote's profile and AWS_PROFILE")
        }
        // The order in which AWS's own tools look.
        if try value("role_arn") != nil { throw unsupported("assumes a role (role_arn)") }
        for name in ["sso_session", "sso_start_url", "sso_account_id"] where try value(name) != nil {
            throw unsupported("uses single sign-on (\(name))")
        }
        if let found = try keys(loaded.credentials, in: credentialsPath) { return found }
        if try value("login_session") != nil { throw unsupported("uses a login session (login_session)") }
        if try value("credential_process") != nil { throw unsupported("runs a program (credential_process)") }
        return try keys(loaded.configuration, in: configurationPath)
    }

    private func value(_ name: String) throws(StorageError) -> String? {
        let loaded = try loaded.get()
        return [loaded.credentials?[name], loaded.configuration?[name]].compactMap(\.self).first { !$0.isEmpty }
    }

    private func keys(_ values: [String: String]?, in path: String) throws(StorageError) -> Credentials? {
        func value(_ name: String) -> String? { values?[name].flatMap { $0.isEmpty ? nil : $0 } }
        switch (value("aws_access_key_id"), value("aws_secret_access_key")) {
        case (let id?, let secret?):
            return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: value("aws_session_token"))
        case (nil, nil):
            return nil
        default:
            throw StorageError(
                .unauthenticated, during: .connect, at: path,
                message: "profile \(profile) has only one of aws_access_key_id and aws_secret_access_key")
        }
    }

    private func unsupported(_ what: String) -> StorageError {
        StorageError(
            .unsupported, during: .connect, message: "profile \(profile) \(what), which godwit does not do yet",
            advice: "put the keys that it leads to into the environment: "
                + "eval \"$(aws configure export-credentials --profile \(profile) --format env)\"")
    }

    private static func load(
        _ profile: String, credentialsPath: String, configurationPath: String
    ) throws(StorageError) -> Loaded {
        var loaded = Loaded()
        if let file = try SharedConfigurationFile.read(credentialsPath) {
            loaded.credentials = file.sections[profile]
            loaded.known += file.sections.keys
        }
        if let file = try SharedConfigurationFile.read(configurationPath) {
            loaded.configuration = file.sections["profile \(profile)"]
            if profile == "default" { loaded.configuration = loaded.configuration ?? file.sections["default"] }
            if let services = loaded.configuration?["services"] {
                loaded.services = file.sections["services \(services)"] ?? [:]
            }
            loaded.known += file.sections.keys.compactMap { name in
                name == "default" ? name : name.hasPrefix("profile ") ? String(name.dropFirst(8)) : nil
            }
        }
        loaded.known = Set(loaded.known).sorted()
        return loaded
    }
}
