// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Options of remotes in the environment: `GODWIT_CONFIG_NAME_OPTION`, and `RCLONE_CONFIG_NAME_OPTION`, over which the
/// former wins.
enum EnvironmentOptions {
    private static let prefixes = ["RCLONE_CONFIG_", "GODWIT_CONFIG_"]

    private static let names: Set<String> = RemoteKind.allCases.reduce(into: ["remote"]) {
        $0.formUnion(OptionNames.known(to: $1))
    }

    /// A remote's name as it stands in variables.
    static func part(_ remote: String) -> String {
        String(remote.map { $0 == "-" ? "_" : $0 }).uppercased()
    }

    static func options(of remote: String, in environment: [String: String]) -> [RemoteOption] {
        names.sorted().compactMap { name in
            let value = prefixes.reduce(nil as String?) { found, prefix in
                environment["\(prefix)\(part(remote))_\(name.uppercased())"] ?? found
            }
            return value.map { RemoteOption(name, $0) }
        }
    }

    /// The remotes that have a type in the environment, in lower case.
    static func remotes(in environment: [String: String]) -> [String] {
        let found = environment.keys.compactMap { key -> String? in
            guard let prefix = prefixes.first(where: key.hasPrefix), key.hasSuffix("_TYPE") else { return nil }
            let name = key.dropFirst(prefix.count).dropLast("_TYPE".count)
            return name.isEmpty ? nil : name.lowercased()
        }
        return Set(found).sorted()
    }

    /// Refuses a variable that begins as one of the remote's and names no option that any remote has.
    static func refuseUnknown(of remote: String, in environment: [String: String]) throws(StorageError) {
        let prefix = "GODWIT_CONFIG_\(part(remote))_"
        for key in environment.keys.sorted() where key.hasPrefix(prefix) {
            let name = key.dropFirst(prefix.count).lowercased()
            // The variable may be of a longer name that begins with this one.
            if names.contains(where: { name == $0 || name.hasSuffix("_\($0)") }) { continue }
            throw StorageError(
                .invalidConfiguration, during: .validate, at: key, message: "remotes have no option \"\(name)\"",
                advice: Suggestion.nearest(to: name, among: names).map { "did you mean \(prefix)\($0.uppercased())?" })
        }
    }
}
