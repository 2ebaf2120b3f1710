// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
internal import SyncEngine

extension ComparisonOptions.Method: ExpressibleByArgument {}

/// When two objects of one name count as the same.
struct ComparisonFlags: ParsableArguments, Sendable {
    @Option(help: "What tells objects apart; auto: the cheapest proof there is.")
    var compare: ComparisonOptions.Method?
    @Flag(help: "Compare sizes only.")
    var sizeOnly = false
    @Flag(name: .shortAndLong, help: "Compare sizes and checksums.")
    var checksum = false
    @Flag(name: .shortAndLong, help: "Skip what is newer at the target.")
    var update = false
    @Flag(help: "Skip what exists at the target.")
    var ignoreExisting = false
    @Flag(name: [.customShort("I"), .long], help: "Transfer everything, without comparing.")
    var ignoreTimes = false
    @Flag(help: "Equal times are the same, others different, whatever the contents.")
    var exactTimestamps = false
    @Flag(help: "Do not compare sizes.")
    var ignoreSize = false
    @Flag(help: "Also compare what objects of the same content carry: metadata, tags; two requests for each.")
    var compareMetadata = false
    @Option(help: ArgumentHelp("Times this close are equal (default: 1ns).", valueName: "duration"))
    var modifyWindow: DurationArgument?

    /// Whether a target that is newer, there, or of the same size is left as it is.
    var leavesByAge: Bool { update || ignoreExisting || sizeOnly || compare == .size }

    func validate() throws {
        if sizeOnly, checksum { throw Self.contradiction("--size-only", "--checksum") }
        if let compare {
            if sizeOnly, compare != .size { throw Self.contradiction("--size-only", "--compare \(compare.rawValue)") }
            if checksum, compare != .checksum {
                throw Self.contradiction("--checksum", "--compare \(compare.rawValue)")
            }
        }
        if exactTimestamps, method != .mtime {
            throw Self.contradiction("--exact-timestamps", "comparing by anything but times")
        }
        if ignoreSize, method == .size { throw Self.contradiction("--ignore-size", "comparing by size only") }
        if ignoreTimes {
            let others = [
                (update, "--update"), (ignoreExisting, "--ignore-existing"), (sizeOnly, "--size-only"),
                (checksum, "--checksum"), (compare != nil, "--compare"), (ignoreSize, "--ignore-size"),
                (exactTimestamps, "--exact-timestamps"),
            ]
            for (isSet, name) in others where isSet { throw Self.contradiction("--ignore-times", name) }
        }
        if update, ignoreExisting { throw Self.contradiction("--update", "--ignore-existing") }
    }

    private static func contradiction(_ one: String, _ other: String) -> ValidationError {
        ValidationError("\(one) and \(other) contradict each other.")
    }

    private var method: ComparisonOptions.Method {
        if let compare { return compare }
        return sizeOnly ? .size : checksum ? .checksum : exactTimestamps ? .mtime : .auto
    }

    var options: ComparisonOptions {
        var options = ComparisonOptions()
        options.method = method
        options.update = update
        options.ignoresExisting = ignoreExisting
        options.ignoresTimes = ignoreTimes
        options.ignoresSize = ignoreSize
        options.exactTimes = exactTimestamps
        options.comparesMetadata = compareMetadata
        if let modifyWindow { options.modifyWindow = modifyWindow.duration }
        return options
    }
}
