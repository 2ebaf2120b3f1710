// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Selection
internal import StorageModel
internal import SyncEngine

/// Which objects a command concerns. Rules are taken by kind as rclone takes them, whatever their order, or in their
/// order as `aws s3` takes them.
struct SelectionFlags: ParsableArguments, Sendable {
    // A pattern may begin with a dash, and a rule mostly does.
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Only what matches PATTERN; may be repeated.", valueName: "pattern"))
    var include: [PatternArgument] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Nothing that matches PATTERN; may be repeated.", valueName: "pattern"))
    var exclude: [PatternArgument] = []
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
    @Flag(
        help: """
            Read --include and --exclude as aws s3 does: in their order, the last that matches decides, and * crosses /.
            """)
    var awsFilters = false
    @OptionGroup(title: "Select") var names: NameFlags
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
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Nothing in directories that hold a file NAME; may be repeated.", valueName: "name"))
    var excludeIfPresent: [String] = []
    @Option(
        help: ArgumentHelp(
            "Part K of N of all names, by hash; @/N: any one part.", valueName: "k/n"))
    var hashFilter: PartitionArgument?
    @Option(
        help: ArgumentHelp(
            "Only objects of the source of these storage classes, with commas between.", valueName: "list"))
    var storageClassIn: NameListArgument?

    func validate() throws {
        if let least = minSize?.bytes, let most = maxSize?.bytes, least > most {
            throw ValidationError("--min-size is larger than --max-size: nothing could be selected.")
        }
        let standardInputs = (includeFrom + excludeFrom + filterFrom).count { $0 == "-" } + names.standardInputs
        if standardInputs > 1 {
            throw ValidationError("Only one list of rules or names can come from standard input (-).")
        }
        if let name = excludeIfPresent.first(where: { $0.isEmpty || $0.utf8.contains(UInt8(ascii: "/")) }) {
            throw ValidationError(
                "--exclude-if-present takes the name of a file, without a directory: \"\(name)\" is none.")
        }
        if awsFilters, let flag = othersThanAWS.first {
            throw ValidationError("--aws-filters takes --include and --exclude alone: drop \(flag).")
        }
        if names.areGiven, let flag = filters.first {
            throw ValidationError("--files-from names every object by itself: drop \(flag).")
        }
    }

    /// The flags for rules that are given and that `aws s3` does not have.
    private var othersThanAWS: [String] {
        let flags = [
            (!filter.isEmpty, "--filter"), (!includeFrom.isEmpty, "--include-from"),
            (!excludeFrom.isEmpty, "--exclude-from"), (!filterFrom.isEmpty, "--filter-from"),
            (ignoreCase, "--ignore-case"),
        ]
        return flags.filter(\.0).map(\.1)
    }

    /// The flags that are given and that narrow down what is listed.
    private var filters: [String] {
        let flags = [
            (!include.isEmpty, "--include"), (!exclude.isEmpty, "--exclude"), (minSize != nil, "--min-size"),
            (maxSize != nil, "--max-size"), (minAge != nil, "--min-age"), (maxAge != nil, "--max-age"),
            (!excludeIfPresent.isEmpty, "--exclude-if-present"), (hashFilter != nil, "--hash-filter"),
            (storageClassIn != nil, "--storage-class-in"), (awsFilters, "--aws-filters"),
        ]
        return othersThanAWS + flags.filter(\.0).map(\.1)
    }

    /// Names of objects whose directories are left out.
    var markers: [ObjectKey] { excludeIfPresent.map { ObjectKey($0) } }

    func apply(to options: inout SyncOptions, environment: [String: String]) throws {
        options.selection = try selection()
        options.exclusionMarkers = markers
        options.names = try names.list(directory: Environment.temporaryDirectory(environment))
    }

    /// The rules, compiled; without --max-depth unless it `boundsDepth`.
    /// - Throws: a `ValidationError` for a rule that cannot be used, a `StorageError` for a file that cannot be read.
    func selection(now: Timestamp = TimeFormat.now, boundsDepth: Bool = true) throws -> Selection {
        var definition = SelectionDefinition(now: now)
        if awsFilters {
            let rules = include.map { (true, $0) } + exclude.map { (false, $0) }
            definition.awsRules = rules.sorted { $0.1.place < $1.1.place }.map { .init(includes: $0, pattern: $1.text) }
        }
        definition.include = include.map(\.text)
        definition.exclude = exclude.map(\.text)
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
        definition.partition = hashFilter?.partition
        definition.storageClasses = storageClassIn?.names
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
