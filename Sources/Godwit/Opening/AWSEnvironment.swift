// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
internal import StorageModel

/// What AWS's environment variables and shared files say
/// (https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html).
struct AWSEnvironment: Sendable {
    private let environment: [String: String]
    /// Keys in the environment.
    let keys: EnvironmentCredentials
    /// The chosen profile of the shared files.
    let files: ProfileCredentials

    init(_ environment: [String: String], profile: String?, credentialsFile: String?) {
        self.environment = environment
        keys = EnvironmentCredentials(environment: environment)
        files = ProfileCredentials(profile: profile, environment: environment, sharedFile: credentialsFile)
    }

    private func value(_ names: String...) -> String? {
        names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    var region: String? {
        get throws(StorageError) {
            if let region = value("AWS_REGION", "AWS_DEFAULT_REGION") { return region }
            return try files.region
        }
    }

    var endpoint: String? {
        get throws(StorageError) {
            if value("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true" { return nil }
            if let endpoint = value("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") { return endpoint }
            return try files.endpointURL
        }
    }
}
