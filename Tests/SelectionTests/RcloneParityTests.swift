// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Selection
import StorageModel
import Testing

@Suite struct RcloneParityTests {
    @Test(arguments: RcloneCases.lines.split(separator: "\n").map(String.init))
    func selectsWhatRcloneDoes(_ line: String) throws {
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
        let expected = try #require(fields.first as? String)
        let definition = try definition(fields.dropFirst().compactMap { $0 as? [String] })
        guard expected != "error" else {
            #expect(throws: SelectionError.self) { try Selection(definition) }
            return
        }
        let selection = try Selection(definition)
        let mask = try #require(UInt64(expected, radix: 16))
        for (index, name) in RcloneCases.files.enumerated() {
            let key = ObjectKey(name)
            let isSelected = selection.selects(Entry(key: key, size: 1), key: key)
            #expect(isSelected == (mask >> UInt64(index) & 1 == 1), "\(name)")
            let excluded = selection.excludedDirectory(of: key)
            if let excluded {
                #expect(!isSelected && !selection.mayContain(ObjectKey(key.bytes.prefix(excluded))), "\(name)")
            }
            guard isSelected else { continue }
            #expect(key.hasPrefix(selection.prefix), "\(name) is outside of \(selection.prefix)")
            for end in name.utf8.indices where name.utf8[end] == UInt8(ascii: "/") {
                let directory = ObjectKey(SharedBytes(Array(name.utf8[...end])))
                #expect(selection.mayContain(directory), "\(name) is under the pruned \(directory)")
            }
        }
    }

    private func definition(_ flags: [[String]]) throws -> SelectionDefinition {
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        for flag in flags {
            let file = SelectionDefinition.RuleFile(name: "rules", text: flag[1])
            switch flag[0] {
            case "include": definition.include.append(flag[1])
            case "exclude": definition.exclude.append(flag[1])
            case "filter": definition.filter.append(flag[1])
            case "include-from": definition.includeFrom.append(file)
            case "exclude-from": definition.excludeFrom.append(file)
            case "filter-from": definition.filterFrom.append(file)
            case "ignore-case": definition.ignoresCase = true
            case "max-depth": definition.maxDepth = Int(flag[1])
            default: Issue.record("unknown flag \(flag[0])")
            }
        }
        return definition
    }
}
