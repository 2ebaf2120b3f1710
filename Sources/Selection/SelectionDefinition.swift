// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// What a user asked to select, as the flags gave it: raw rules, bounds of size, age and depth, a part of all keys.
///
/// Rules are taken by kind, not by their order on the command line: include, include-from, exclude, exclude-from,
/// filter, filter-from. The first that matches decides; what none matches is selected, unless there are include
/// rules.
public struct SelectionDefinition: Sendable, Hashable {
    /// The text of a rule file and the name that errors call it by.
    public struct RuleFile: Sendable, Hashable {
        public var name: String
        public var text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// A pattern of `aws s3`, and what becomes of the keys that it matches.
    public struct AWSRule: Sendable, Hashable {
        public var includes: Bool
        public var pattern: String

        public init(includes: Bool, pattern: String) {
            self.includes = includes
            self.pattern = pattern
        }
    }

    /// With the meaning of `aws s3`, in the order of the command line: the last that matches decides. They take the
    /// place of all rules below.
    public var awsRules: [AWSRule]?
    /// Patterns of `--include`.
    public var include: [String] = []
    public var includeFrom: [RuleFile] = []
    /// Patterns of `--exclude`.
    public var exclude: [String] = []
    public var excludeFrom: [RuleFile] = []
    /// Rules of `--filter`: `+ pattern`, `- pattern`, or `!`, which forgets all rules before it.
    public var filter: [String] = []
    public var filterFrom: [RuleFile] = []
    /// Whether patterns match letters of either case.
    public var ignoresCase = false
    /// The least and the most bytes of an object, inclusive.
    public var minSize: Int64?
    public var maxSize: Int64?
    /// Only what was modified at least this long before ``now``.
    public var minAge: Duration?
    /// Only what was modified at most this long before ``now``.
    public var maxAge: Duration?
    /// The time that ages count from.
    public var now: Timestamp
    /// The most components of a key (1: nothing in a subdirectory); nil or less than 1: any.
    public var maxDepth: Int?
    /// Only the keys of one part of all.
    public var partition: Partition?
    /// Only objects of these storage classes, in upper case; nil: any.
    public var storageClasses: Set<String>?

    public init(now: Timestamp) { self.now = now }
}
