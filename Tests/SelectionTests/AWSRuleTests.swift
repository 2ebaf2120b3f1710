// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel
import Testing

/// The filters of `aws s3`: the last that matches decides.
@Suite struct AWSRuleTests {
    private func selects(_ rules: [String], _ key: String) throws -> Bool {
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        definition.awsRules = rules.map { rule in
            SelectionDefinition.AWSRule(includes: rule.hasPrefix("+"), pattern: String(rule.dropFirst()))
        }
        let key = ObjectKey(key)
        return try Selection(definition).selects(Entry(key: key, size: 0), key: key)
    }

    @Test(arguments: [
        (["-*"], "a/b", false), (["-*", "+*.txt"], "a/b.txt", true), (["+*.txt", "-*"], "a/b.txt", false),
        (["-a/*"], "a/b/c", false), (["-a/*"], "ba/b", true), (["-?"], "/", false), (["-a?b"], "a/b", false),
        (["-*.TXT"], "a.txt", true), (["-[ab]*"], "b", false), (["-[!ab]*"], "b", true), (["-[!ab]*"], "c", false),
        (["-[]]"], "]", false), (["-[!]]"], "]", true), (["-[a"], "[a", false), (["-[a"], "a", true),
        (["-[c-a]"], "b", true), (["-[!c-a]"], "b", false), (["-[a-]"], "-", false), (["-[-a]"], "-", false),
        (["-[^a]"], "a", false), (["-[^a]"], "b", true), (["-[\\]"], "\\", false), (["-a.c"], "abc", true),
        (["-a\nb"], "a\nb", false), (["-a*b"], "a\nb", false), (["-/a"], "a", true), (["-"], "a", true),
        (["-(a|b)"], "a", true), (["-(a|b)"], "(a|b)", false), (["-*é"], "x/é", false), (["-?"], "é", false),
        (["-*"], "", false), (["-[a-c-e]"], "d", true), (["-[a-c-e]"], "-", false), (["-[]-a]"], "_", false),
    ])
    func matchesAsFnmatchDoes(rules: [String], key: String, isSelected: Bool) throws {
        #expect(try selects(rules, key) == isSelected, "\(rules) \(key)")
    }
}
