// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A key of AWS's key management service as people name it: by its whole name, its id or an alias.
public struct EncryptionKeyName: Sendable, Hashable {
    public var text: String
    /// Where it is, if that is known.
    public var region: String?

    public init(_ text: String, region: String? = nil) {
        self.text = text
        self.region = region
    }

    /// The key by its name in policies.
    var resource: String {
        if text.hasPrefix("arn:"), alias == nil { return text }
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        let (place, account) = parts.count == 6 ? (String(parts[3]), String(parts[4])) : (region ?? "*", "*")
        let partition = AccessPlace.partition(of: place)
        return "arn:\(partition):kms:\(place):\(account):key/\(alias == nil ? text.replacing("key/", with: "") : "*")"
    }

    /// The alias that the key must have; nil: it is named by itself. No statement can name an alias in the place of a key.
    var alias: String? {
        if text.hasPrefix("alias/") { return text }
        guard text.hasPrefix("arn:"), let mark = text.firstRange(of: ":alias/") else { return nil }
        return String(text[mark.lowerBound...].dropFirst())
    }
}
