// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Settings
internal import StorageModel

/// Which configuration, endpoint and credentials, and how patiently; every command that opens a location has these.
struct ConnectionFlags: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Read the remotes from FILE.", valueName: "file"))
    var config: String?
    @Option(help: "The region, instead of the remote's own.")
    var region: String?
    @Option(help: ArgumentHelp("The S3 endpoint, instead of the remote's own.", valueName: "url"))
    var endpointURL: String?
    @Option(help: "The profile of the AWS configuration files that has the credentials.")
    var profile: String?
    @Option(help: ArgumentHelp("Who pays for requests: requester.", valueName: "who"))
    var requestPayer: RequestPayer?
    @Option(help: ArgumentHelp("Give up connecting after this long (default: 60s).", valueName: "duration"))
    var contimeout: DurationArgument?
    @Option(
        help: ArgumentHelp("Give up a connection that is silent for this long (default: 5m).", valueName: "duration"))
    var timeout: DurationArgument?
    @Option(help: ArgumentHelp("Attempts at one request (default: 10).", valueName: "n"))
    var lowLevelRetries: Int?
    @Option(
        help: ArgumentHelp("The most connections at once; how many there are is found (default: 256).", valueName: "n"))
    var maxConnections: Int?
    @OptionGroup var traffic: TrafficFlags

    enum RequestPayer: String, ExpressibleByArgument, CaseIterable, Sendable { case requester }

    func validate() throws {
        if let lowLevelRetries, lowLevelRetries < 1 { throw ValidationError("--low-level-retries must be at least 1.") }
        if let maxConnections, maxConnections < 1 { throw ValidationError("--max-connections must be at least 1.") }
    }

    /// The flags that say how a store is reached, as words of another command of this program.
    var words: [String] {
        let flags = [
            ("config", config), ("region", region), ("endpoint-url", endpointURL), ("profile", profile),
            ("request-payer", requestPayer?.rawValue),
        ]
        return flags.flatMap { name, value in value.map { ["--\(name)", $0] } ?? [] }
    }

    /// Options of a session in which every location is meant by the flags, and whose limits are followed from now on.
    func sessionOptions(_ context: ToolContext) throws(StorageError) -> SessionOptions {
        var options = sessionOptions(environment: context.environment)
        options.rates = try traffic.rates(context)
        return options
    }

    /// The same without what changes while a command runs.
    func sessionOptions(environment: [String: String]) -> SessionOptions {
        var options = SessionOptions(environment: environment)
        options.configurationFile = config
        options.askForCode = { device in
            guard Terminal.isTerminal(0) else { return nil }
            return try? Prompt.secret("Code of the device \(device)")
        }
        if let contimeout { options.connectTimeout = contimeout.duration }
        if let timeout { options.idleTimeout = timeout.duration }
        if let lowLevelRetries { options.attemptsMax = lowLevelRetries }
        options.connectionsMax = maxConnections ?? min(options.connectionsMax, DescriptorLimit.connections)
        options.requestLimit = traffic.requestLimit
        options.transferUploadRate = traffic.bwlimitFile?.up
        options.transferDownloadRate = traffic.bwlimitFile?.down
        var overrides: [String: String] = [:]
        overrides["region"] = region
        overrides["endpoint"] = endpointURL
        overrides["profile"] = profile
        if requestPayer != nil { overrides["requester_pays"] = "true" }
        options.sourceOverrides = overrides
        options.targetOverrides = overrides
        return options
    }
}
