// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Selection
internal import StorageModel

/// Which objects a command concerns. Rules are taken by kind as rclone takes them, whatever their order.
struct SelectionFlags: ParsableArguments, Sendable {
    // A pattern may begin with a dash, and a rule mostly does.
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Only what matches PATTERN; may be repeated.", valueName: "pattern"))
    var include: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Nothing that matches PATTERN; may be repeated.", valueName: "pattern"))
    var exclude: [String] = []
    @Option(
        name: [.customShort("f"), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A rule: '+ PATTERN', '- PATTERN' or '!'; may be repeated.", valueName: "rule"))
    var filter: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Include patterns from FILE, one a line; -: standard input.", valueName: "file"))
    var includeFrom: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Exclude patterns from FILE, one a line; -: standard input.", valueName: "file"))
    var excludeFrom: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Filter rules from FILE, one a line; -: standard input.", valueName: "file"))
    var filterFrom: [String] = []
    @Flag(help: "Match letters of either case.")
    var ignoreCase = false
    @Option(help: ArgumentHelp("Nothing smaller than SIZE.", valueName: "size"))
    var minSize: SizeArgument?
    @Option(help: ArgumentHelp("Nothing larger than SIZE.", valueName: "size"))
    var maxSize: SizeArgument?
    @Option(help: ArgumentHelp("Nothing younger than this: a duration or a time (RFC 3339).", valueName: "age"))
    var minAge: AgeArgument?
    @Option(help: ArgumentHelp("Nothing older than this: a duration or a time (RFC 3339).", valueName: "age"))
    var maxAge: AgeArgument?
    @Option(help: ArgumentHelp("Descend at most N levels; 1: no subdirectories.", valueName: "n"))
    var maxDepth: Int?

    func validate() throws {
        if let least = minSize?.bytes, let most = maxSize?.bytes, least > most {
            throw ValidationError("--min-size is larger than --max-size: nothing could be selected.")
        }
        let standardInput = (includeFrom + excludeFrom + filterFrom).filter { $0 == "-" }
        if standardInput.count > 1 { throw ValidationError("Only one list of rules can come from standard input (-).") }
    }

    /// The rules, compiled; without --max-depth unless it `boundsDepth`.
    /// - Throws: a `ValidationError` for a rule that cannot be used, a `StorageError` for a file that cannot be read.
    func selection(now: Timestamp = TimeFormat.now, boundsDepth: Bool = true) throws -> Selection {
        var definition = SelectionDefinition(now: now)
        definition.include = include
        definition.exclude = exclude
        definition.filter = filter
        definition.includeFrom = try includeFrom.map(Self.ruleFile)
        definition.excludeFrom = try excludeFrom.map(Self.ruleFile)
        definition.filterFrom = try filterFrom.map(Self.ruleFile)
        definition.ignoresCase = ignoreCase
        definition.minSize = minSize?.bytes
        definition.maxSize = maxSize?.bytes
        definition.minAge = try minAge.map { try $0.age(at: now) }
        definition.maxAge = try maxAge.map { try $0.age(at: now) }
        definition.maxDepth = boundsDepth ? maxDepth : nil
        do {
            return try Selection(definition)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private static func ruleFile(_ path: String) throws -> SelectionDefinition.RuleFile {
        let text = try TextFile.contents(path)
        return SelectionDefinition.RuleFile(name: path == "-" ? "standard input" : path, text: text)
    }
}
