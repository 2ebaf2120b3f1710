// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// AWS's two shared files together, read once: `~/.aws/credentials` and `~/.aws/config`.
struct SharedProfiles: Sendable {
    /// What the files say of one profile.
    struct Profile: Sendable {
        var name: String
        /// Nil: the file does not have the profile.
        var credentials: [String: String]?
        var configuration: [String: String]?
        /// Of its `services` section, names joined with a dot: `s3.endpoint_url`.
        var services: [String: String]

        /// A value; of both files, the credentials file wins.
        subscript(_ name: String) -> String? {
            [credentials?[name], configuration?[name]].compactMap(\.self).first { !$0.isEmpty }
        }
    }

    let credentialsPath: String
    let configurationPath: String
    private let credentials: SharedConfigurationFile?
    private let configuration: SharedConfigurationFile?

    init(credentialsPath: String, configurationPath: String) throws(StorageError) {
        self.credentialsPath = credentialsPath
        self.configurationPath = configurationPath
        credentials = try SharedConfigurationFile.read(credentialsPath)
        configuration = try SharedConfigurationFile.read(configurationPath)
    }

    /// Nil: neither file has it.
    func profile(_ name: String) -> Profile? {
        var own = configuration?.sections["profile \(name)"]
        if name == "default" { own = own ?? configuration?.sections["default"] }
        let keys = credentials?.sections[name]
        guard own != nil || keys != nil else { return nil }
        let services = own?["services"].flatMap { configuration?.sections["services \($0)"] }
        return Profile(name: name, credentials: keys, configuration: own, services: services ?? [:])
    }

    /// What `[sso-session name]` says.
    func session(_ name: String) -> [String: String]? { configuration?.sections["sso-session \(name)"] }

    /// The names of all profiles, sorted.
    var names: [String] {
        let configured = configuration?.sections.keys.compactMap { name in
            name == "default" ? name : name.hasPrefix("profile ") ? String(name.dropFirst(8)) : nil
        }
        return Set((credentials?.sections.keys.map { $0 } ?? []) + (configured ?? [])).sorted()
    }
}
