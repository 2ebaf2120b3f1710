// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit

/// Policies as IAM takes them.
enum PolicyText {
    /// On lines of its own.
    static func pretty(_ policy: PolicyDocument) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { write(policy, &$0) }
        return JSONIndentation.indented(writer.bytes) + [UInt8(ascii: "\n")]
    }

    /// The members of the document.
    static func write(_ policy: PolicyDocument, _ json: inout JSONWriter) {
        json.string("Version", "2012-10-17")
        json.array("Statement") { json in
            for statement in policy.statements {
                json.object { json in
                    json.string("Effect", "Allow")
                    json.array("Action") { json in for action in statement.actions { json.string(nil, action) } }
                    json.array("Resource") { json in for name in statement.resources { json.string(nil, name) } }
                    guard let condition = statement.condition else { return }
                    json.object("Condition") { json in
                        switch condition {
                        case .prefix(let prefix): json.object("StringLike") { $0.string("s3:prefix", prefix) }
                        case .sessionMode(let mode):
                            json.object("StringEquals") { $0.string("s3express:SessionMode", mode) }
                        case .keyAlias(let alias):
                            json.object("ForAnyValue:StringEquals") { $0.string("kms:ResourceAliases", alias) }
                        }
                    }
                }
            }
        }
    }
}
