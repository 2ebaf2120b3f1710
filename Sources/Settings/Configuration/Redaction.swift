// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What people see in place of a secret.
package enum Redaction {
    package static let mark = "(secret)"

    /// `text` with every one of `secrets` replaced, the longest first.
    package static func hiding(_ secrets: some Sequence<String>, in text: String) -> String {
        var result = text
        for secret in secrets.filter({ !$0.isEmpty }).sorted(by: { $0.utf8.count > $1.utf8.count }) {
            result = result.split(separator: secret, omittingEmptySubsequences: false).joined(separator: mark)
        }
        return result
    }
}
