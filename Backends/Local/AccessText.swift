// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// An access list as the text of an extended attribute: a grant a line, as `READ group URI` or `FULL_CONTROL account ID`.
enum AccessText {
    static func text(_ list: AccessList) -> String {
        list.grants.map { grant in
            switch grant.grantee {
            case .account(let id): "\(grant.permission) account \(id)"
            case .group(let uri): "\(grant.permission) group \(uri)"
            }
        }.joined(separator: "\n")
    }

    private static let permissions: Set<String> = ["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"]

    /// What a header can carry between quotation marks.
    private static func isPlain(_ byte: UInt8) -> Bool { 0x21...0x7e ~= byte && byte != UInt8(ascii: "\"") }

    /// Nil for what is none as a whole: nobody is given less, or more, than was meant.
    static func list(_ text: String) -> AccessList? {
        var grants: [AccessList.Grant] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count == 3, permissions.contains(words[0]), words[2].utf8.allSatisfy(isPlain) else {
                return nil
            }
            switch words[1] {
            case "account": grants.append(.init(.account(words[2]), words[0]))
            case "group": grants.append(.init(.group(words[2]), words[0]))
            default: return nil
            }
        }
        return AccessList(grants: grants)
    }
}
