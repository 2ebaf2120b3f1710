// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Finds in which way a profile leads to credentials, in the order in which AWS's own tools look
/// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
struct ProfileWay {
    typealias Profile = SharedProfiles.Profile

    private let files: SharedProfiles
    private let tools: CredentialTools
    private let region: String?
    private let endpoint: (String) throws(StorageError) -> String?

    init(
        _ files: SharedProfiles, _ tools: CredentialTools, region: String?,
        endpoint: @escaping (String) throws(StorageError) -> String?
    ) {
        (self.files, self.tools, self.region, self.endpoint) = (files, tools, region, endpoint)
    }

    /// Nil: the profile says nothing of credentials. `callers` are the profiles that lead here by `source_profile`.
    func source(of profile: Profile, callers: [String] = []) throws(StorageError) -> (any CredentialSource)? {
        if let file = profile["web_identity_token_file"] {
            let request = try roleRequest(profile, role: profile["role_arn"] ?? "")
            return WebIdentityCredentials(request, file: tools.expanded(file), service: try service(for: profile))
        }
        if let role = profile["role_arn"] { return try assumed(role, profile, callers) }
        if ["sso_session", "sso_start_url", "sso_account_id"].contains(where: { profile[$0] != nil }) {
            return try singleSignOn(profile)
        }
        if let found = try keys(profile.credentials, of: profile, in: files.credentialsPath) { return found }
        if profile["login_session"] != nil {
            throw problem(
                profile, "uses a login session (login_session), which godwit cannot renew",
                advice: "put the keys that it leads to into the environment: "
                    + "eval \"$(aws configure export-credentials --profile \(profile.name) --format env)\"")
        }
        if let line = profile["credential_process"] {
            return ProcessCredentials(line, environment: tools.environment)
        }
        return try keys(profile.configuration, of: profile, in: files.configurationPath)
    }

    // MARK: Roles

    private func assumed(
        _ role: String, _ profile: Profile, _ callers: [String]
    ) throws(StorageError) -> any CredentialSource {
        RoleCredentials(
            try roleRequest(profile, role: role), caller: try caller(of: profile, callers),
            service: try service(for: profile))
    }

    private func caller(of profile: Profile, _ callers: [String]) throws(StorageError) -> any CredentialSource {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let name?, nil):
            if name == profile.name {
                if let found = try keys(profile.credentials, of: profile, in: files.credentialsPath) { return found }
                if let found = try keys(profile.configuration, of: profile, in: files.configurationPath) {
                    return found
                }
                throw problem(profile, "is its own source_profile, but has no keys", advice: nil)
            }
            guard !callers.contains(name) else {
                let circle = (callers + [profile.name, name]).joined(separator: ", ")
                throw problem(profile, "is led to by itself (\(circle))", advice: "end the circle of source_profile")
            }
            guard let next = files.profile(name) else {
                throw ProfileCredentials.missing(
                    name, files, advice: "source_profile of profile \(profile.name) names it")
            }
            guard let found = try source(of: next, callers: callers + [profile.name]) else {
                throw problem(profile, "has the source_profile \(name), which has no credentials", advice: nil)
            }
            return found
        case (nil, let place?):
            switch place {
            case "Environment": return EnvironmentCredentials(environment: tools.environment)
            case "Ec2InstanceMetadata": return InstanceCredentials(tools)
            case "EcsContainer": return ContainerCredentials(tools)
            default:
                throw problem(
                    profile, "has an unknown credential_source, \(place)",
                    advice: "known are Environment, Ec2InstanceMetadata and EcsContainer")
            }
        default:
            throw problem(
                profile, "assumes a role and must have one of source_profile and credential_source",
                advice: "name whose credentials the role is assumed with")
        }
    }

    private func roleRequest(_ profile: Profile, role: String) throws(StorageError) -> RoleRequest {
        var request = RoleRequest(
            role: role, session: profile["role_session_name"], externalID: profile["external_id"],
            device: profile["mfa_serial"])
        if let text = profile["duration_seconds"] {
            guard let seconds = Int(text), (900...43_200).contains(seconds) else {
                throw problem(profile, "has duration_seconds \(text)", advice: "it must be 900 to 43200")
            }
            request.seconds = seconds
        }
        return request
    }

    private func service(for profile: Profile) throws(StorageError) -> SecurityTokenService {
        SecurityTokenService(tools, region: region ?? profile["region"], endpoint: try endpoint("sts"))
    }

    // MARK: Single sign-on and keys

    private func singleSignOn(_ profile: Profile) throws(StorageError) -> any CredentialSource {
        var session: [String: String] = [:]
        if let name = profile["sso_session"] {
            guard let found = files.session(name) else {
                throw problem(
                    profile, "names the sso_session \(name), which \(files.configurationPath) does not have",
                    advice: nil)
            }
            session = found
        }
        func value(_ name: String) throws(StorageError) -> String {
            if let value = session[name] ?? profile[name] { return value }
            throw problem(
                profile, "uses single sign-on without \(name)",
                advice: "run aws configure sso --profile \(profile.name)")
        }
        let name = if let name = profile["sso_session"] { name } else { try value("sso_start_url") }
        let token = SingleSignOnToken(
            tools: tools, name: name, region: try value("sso_region"),
            isRenewable: profile["sso_session"] != nil, endpoint: try endpoint("sso_oidc"), profile: profile.name)
        return SingleSignOnCredentials(
            token: token, account: try value("sso_account_id"), role: try value("sso_role_name"),
            endpoint: try endpoint("sso"))
    }

    private func keys(
        _ values: [String: String]?, of profile: Profile, in path: String
    ) throws(StorageError) -> (any CredentialSource)? {
        func value(_ name: String) -> String? { values?[name].flatMap { $0.isEmpty ? nil : $0 } }
        switch (value("aws_access_key_id"), value("aws_secret_access_key")) {
        case (let id?, let secret?):
            return StaticCredentials(
                Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: value("aws_session_token")))
        case (nil, nil):
            return nil
        default:
            throw StorageError(
                .unauthenticated, during: .connect, at: path,
                message: "profile \(profile.name) has only one of aws_access_key_id and aws_secret_access_key")
        }
    }

    private func problem(_ profile: Profile, _ what: String, advice: String?) -> StorageError {
        StorageError(
            .invalidConfiguration, during: .connect, at: files.configurationPath,
            message: "profile \(profile.name) \(what)", advice: advice)
    }
}
