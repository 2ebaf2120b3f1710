// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Rules in their order, for files and for directories, before they are compiled to automata.
struct RuleList {
    struct Rule: Hashable {
        var includes: Bool
        var expression: String
    }

    /// Rules in order, each once.
    struct Rules {
        private(set) var ordered: [Rule] = []
        private var known: Set<Rule> = []

        mutating func append(_ rule: Rule) {
            if known.insert(rule).inserted { ordered.append(rule) }
        }
    }

    private(set) var files = Rules()
    private(set) var directories = Rules()
    /// The patterns as they were written, in their order.
    private var globs: [(includes: Bool, glob: String)] = []
    private let ignoresCase: Bool
    private var patterns: [String: Pattern] = [:]

    init(_ definition: SelectionDefinition) throws(SelectionError) {
        ignoresCase = definition.ignoresCase
        if let rules = definition.awsRules {
            try add(rules)
            return
        }
        for rule in definition.include { try add(rule, includes: true, place: "--include") }
        try addFiles(definition.includeFrom, includes: true)
        for rule in definition.exclude { try add(rule, includes: false, place: "--exclude") }
        try addFiles(definition.excludeFrom, includes: false)
        for rule in definition.filter { try addFilter(rule, place: "--filter") }
        for file in definition.filterFrom {
            for (line, rule) in RuleLines.rules(in: file.text) { try addFilter(rule, place: "\(file.name):\(line)") }
        }
        if !definition.include.isEmpty || !definition.includeFrom.isEmpty {
            try add("/**", includes: false, place: "--include")
        }
    }

    /// What every key begins with that the rules select; empty, or ends in `/`.
    var commonPrefix: [UInt8] { ignoresCase ? [] : CommonPrefix.of(globs) }

    /// The tree of a rule's expression.
    func pattern(of rule: Rule) -> Pattern { patterns[rule.expression] ?? .empty }

    private mutating func addFiles(
        _ files: [SelectionDefinition.RuleFile], includes: Bool
    ) throws(SelectionError) {
        for file in files {
            for (line, rule) in RuleLines.rules(in: file.text) {
                try add(rule, includes: includes, place: "\(file.name):\(line)")
            }
        }
    }

    private mutating func addFilter(_ rule: String, place: String) throws(SelectionError) {
        if rule == "!" {
            files = Rules()
            directories = Rules()
            globs = []
        } else if rule.utf8.starts(with: "- ".utf8) || rule.utf8.starts(with: "+ ".utf8) {
            let glob = String(rule.unicodeScalars.dropFirst(2))
            try add(glob, includes: rule.utf8.first == UInt8(ascii: "+"), place: place)
        } else {
            throw SelectionError(
                rule: rule, place: place, reason: "a filter rule begins with \"+ \" or \"- \", or is \"!\"")
        }
    }

    /// The last that matches decides, which is the first from behind. None concerns directories.
    private mutating func add(_ rules: [SelectionDefinition.AWSRule]) throws(SelectionError) {
        for rule in rules.reversed() {
            guard let expression = AWSGlob.regularExpression(rule.pattern) else { continue }
            do throws(PatternError) {
                patterns[expression] = try PatternParser.parse(expression)
            } catch {
                throw SelectionError(
                    rule: rule.pattern, place: rule.includes ? "--include" : "--exclude", reason: error.reason)
            }
            files.append(Rule(includes: rule.includes, expression: expression))
        }
    }

    private mutating func add(_ rule: String, includes: Bool, place: String) throws(SelectionError) {
        do throws(PatternError) {
            try add(rule, includes: includes)
        } catch {
            throw SelectionError(rule: rule, place: place, reason: error.reason)
        }
    }

    /// A pattern that ends in `/` concerns directories, and excluding one excludes all under it; one with `**`
    /// concerns both. An include pattern also includes the directories that lead to what it can match.
    private mutating func add(_ pattern: String, includes: Bool) throws(PatternError) {
        guard !pattern.isEmpty else { throw PatternError("the pattern is empty") }
        globs.append((includes, pattern))
        var glob = pattern
        let isForDirectories = glob.utf8.last == UInt8(ascii: "/")
        if isForDirectories, !includes { glob += "**" }
        let isForBoth = Self.hasDoubleStar(glob)
        let rule = try compiled(glob, includes: includes)
        if isForBoth || !isForDirectories {
            files.append(rule)
            if includes || glob == "*" {
                for directory in DirectoryGlobs.directories(of: glob) where directory != "/" {
                    directories.append(try compiled(directory, includes: includes))
                }
            }
        }
        if isForBoth || isForDirectories { directories.append(rule) }
    }

    private mutating func compiled(_ glob: String, includes: Bool) throws(PatternError) -> Rule {
        let expression = try GlobTranslation.regularExpression(glob, ignoresCase: ignoresCase)
        if patterns[expression] == nil { patterns[expression] = try PatternParser.parse(expression) }
        return Rule(includes: includes, expression: expression)
    }

    private static func hasDoubleStar(_ glob: String) -> Bool {
        zip(glob.utf8, glob.utf8.dropFirst()).contains { $0 == UInt8(ascii: "*") && $1 == UInt8(ascii: "*") }
    }
}
