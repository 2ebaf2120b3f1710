// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Settings
internal import StorageModel

/// Options of a configured remote that a command finds out and writes to the configuration file.
struct SavedOptions {
    private let name: String
    private let config: String?

    /// - Throws: `ValidationError` unless `location` names an S3 remote of the configuration file.
    init(of location: String, _ connecting: ConnectionFlags, _ context: ToolContext) throws {
        guard case .named(let name, _) = try LocationParser.parse(location).remote else {
            throw ValidationError("--save needs a location of a configured remote, NAME:bucket.")
        }
        let configuration = try Configuration.load(
            connecting.config, environment: context.environment, forWriting: true)
        guard let options = configuration.file.options(of: name) else {
            throw ValidationError("--save: the remote \(name) is not in the configuration file.")
        }
        guard options.last(where: { $0.name == "type" })?.value == "s3" else {
            throw ValidationError("--save: only S3 remotes have such settings.")
        }
        self.name = name
        config = connecting.config
    }

    /// Gives the remote `found`; what it has beside that stays.
    func save(_ found: [RemoteOption], _ context: ToolContext) throws {
        var configuration = try Configuration.load(config, environment: context.environment, forWriting: true)
        var options = configuration.file.options(of: name) ?? []
        for option in found {
            options.removeAll { $0.name == option.name }
            options.append(option)
        }
        let changed = options
        try configuration.write { file throws(StorageError) in try file.set(name, changed) }
        context.notice("saved to \(name): \(found.map { "\($0.name) = \($0.value)" }.joined(separator: ", "))")
    }
}
