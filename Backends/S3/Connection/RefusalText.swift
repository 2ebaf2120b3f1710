// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// AWS says of a refusal which action was missing, on what, and why
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html):
///
/// `User: ARN is not authorized to perform: ACTION on resource: "ARN" because no identity-based policy allows the ACTION action`,
/// or `... with an explicit deny in a resource-based policy`.
enum RefusalText {
    /// What `message` says; nil when it is of another form.
    static func read(_ message: String) -> StorageError.Refusal? {
        guard let action = word(behind: "not authorized to perform: ", in: message), isAction(action) else {
            return nil
        }
        var refusal = StorageError.Refusal(
            action: action, resource: word(behind: "on resource: ", in: message) ?? "")
        for start in ["with an explicit deny in a ", "with an explicit deny in an "] {
            guard let mark = message.firstRange(of: start) else { continue }
            refusal.denier = message[mark.upperBound...].split(separator: " ").prefix(2).joined(separator: " ")
        }
        return refusal
    }

    /// The word behind `start`, without quotation marks.
    private static func word(behind start: String, in message: String) -> String? {
        guard let mark = message.firstRange(of: start) else { return nil }
        let word = message[mark.upperBound...].prefix { $0 != " " }.filter { $0 != "\"" }
        return word.isEmpty ? nil : word
    }

    /// It becomes part of advice, so nothing else may pass.
    private static func isAction(_ text: String) -> Bool {
        text.utf8.count < 80 && text.utf8.contains(UInt8(ascii: ":"))
            && text.utf8.allSatisfy { byte in
                let isLetter = (97...122).contains(byte | 32)
                return isLetter || (48...57).contains(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-")
            }
    }
}
