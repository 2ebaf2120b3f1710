// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel
import Testing

/// What need not be listed at all.
@Suite struct CommonPrefixTests {
    private func selection(_ configure: (inout SelectionDefinition) -> Void) throws -> Selection {
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        configure(&definition)
        return try Selection(definition)
    }

    @Test(arguments: [
        (["/a/b/**"], "a/b/"), (["a/b/**"], "a/"), (["/a/b/c.txt"], "a/b/"), (["/a/b*/c"], "a/"), (["*.txt"], ""),
        (["/a/b/**", "/a/c/**"], "a/"), (["/a/b/**", "/a/bc/d/**"], "a/"), (["/a/**", "b/**"], ""),
        (["/a/{b,c}/**"], "a/"), (["/a/{{b/c}}/**"], ""), (["/a/**", "*.txt"], ""), (["/a/b/", "/a/b/c/*"], "a/b/"),
        (["/x y/é/**"], "x y/é/"), (["/a\\/b/**"], ""),
    ])
    func ofIncludes(patterns: [String], prefix: String) throws {
        #expect(try selection { $0.include = patterns }.prefix.description == prefix)
    }

    @Test(arguments: [
        (["+ /a/b/**", "- *"], "a/b/"), (["+ /a/b/**", "- **"], "a/b/"),
        (["- /a/b/c/**", "+ /a/b/**", "- /**"], "a/b/"),
        (["+ /a/b/**", "- /*"], ""), (["+ /a/b/**"], ""), (["+ /x/**", "!", "+ /a/b/**", "- *"], "a/b/"),
        (["+ /a/b/**", "- *", "+ /c/**"], "a/b/"), (["- *"], ""),
    ])
    func ofFilters(rules: [String], prefix: String) throws {
        #expect(try selection { $0.filter = rules }.prefix.description == prefix)
    }

    @Test func lettersOfEitherCaseHaveNoCommonBytes() throws {
        let selection = try selection {
            $0.include = ["/a/**"]
            $0.ignoresCase = true
        }
        #expect(selection.prefix.isRoot)
    }

    @Test func theOutermostExcludedDirectory() throws {
        let selection = try selection {
            $0.exclude = ["/a/b/**", "cache/**"]
            $0.maxDepth = 4
        }
        func excluded(_ key: String) -> String? {
            selection.excludedDirectory(of: ObjectKey(key)).map {
                String(decoding: Array(key.utf8)[..<$0], as: UTF8.self)
            }
        }
        #expect(excluded("a/b/c/d") == "a/b/")
        #expect(excluded("x/cache/y/cache/z") == "x/cache/")
        #expect(excluded("1/2/3/4/5/6") == "1/2/3/4/")
        #expect(excluded("1/2/3/4") == nil)
        #expect(excluded("a/bc") == nil)
    }
}
