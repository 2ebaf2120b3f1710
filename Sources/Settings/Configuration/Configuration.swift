// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// The remotes that a user has: a configuration file and the environment's overrides.
package struct Configuration: Sendable {
    package private(set) var file: ConfigurationFile
    /// Where the file is and whether it may be written.
    package let place: ConfigurationPlace
    private let environment: [String: String]

    /// The configuration in `file`.
    package init(_ file: ConfigurationFile, place: ConfigurationPlace, environment: [String: String]) {
        self.file = file
        self.place = place
        self.environment = environment
    }

    /// Finds and reads the configuration: `named` (`--config`), else as ``ConfigurationPlace`` searches. A file named
    /// by `--config` must exist unless it is `forWriting`.
    package static func load(
        _ named: String?, environment: [String: String], forWriting: Bool = false
    ) throws(StorageError) -> Configuration {
        let place = ConfigurationPlace.find(named, environment: environment, forWriting: forWriting)
        guard let text = try place.read() else {
            if place.mustExist, !forWriting {
                throw StorageError(
                    .invalidConfiguration, during: .validate, at: place.path ?? "",
                    message: "there is no such configuration file",
                    advice: "check --config, or make the file with godwit remote add")
            }
            return Configuration(try ConfigurationFile("", path: ""), place: place, environment: environment)
        }
        return Configuration(
            try ConfigurationFile(text, path: place.path ?? ""), place: place, environment: environment)
    }

    /// A configuration without a file: only what the environment says.
    package static func empty(environment: [String: String]) throws(StorageError) -> Configuration {
        Configuration(
            try ConfigurationFile("", path: ""),
            place: ConfigurationPlace(path: nil, isWritable: false, mustExist: false), environment: environment)
    }

    /// The names of all remotes: those of the file in its order, then those that only the environment defines.
    package var remotes: [String] {
        let configured = file.remotes
        let known = Set(configured.map(EnvironmentOptions.part))
        return configured + EnvironmentOptions.remotes(in: environment).filter { !known.contains($0.uppercased()) }
    }

    /// The options of a remote as the file and the environment give them, its type among them; nil when there is no
    /// such remote.
    package func options(of remote: String) throws(StorageError) -> [RemoteOption]? {
        let configured = file.options(of: remote)
        let overrides = EnvironmentOptions.options(of: remote, in: environment)
        guard configured != nil || overrides.contains(where: { $0.name == "type" }) else { return nil }
        var result = configured ?? []
        for option in overrides {
            result.removeAll { $0.name == option.name }
            result.append(option)
        }
        try EnvironmentOptions.refuseUnknown(of: remote, in: environment)
        return result
    }

    /// The text of the file after `change`, written in its place.
    package mutating func write(
        _ change: (inout ConfigurationFile) throws(StorageError) -> Void
    ) throws(StorageError) {
        var changed = file
        try change(&changed)
        try place.write(changed.text)
        file = changed
    }
}
