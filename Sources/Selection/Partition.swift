// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import StorageModel
// The standard library has normalization, but not in public yet; Foundation's would bring tables of its own.
@_spi(_Unicode) internal import Swift

/// One of so many parts of all keys, each key in exactly one of them by the hash of its name (`--hash-filter`).
///
/// The hash is rclone's: the first 8 bytes of the MD5 of the key in lower case and NFC, little-endian, so that stores
/// that fold names put a name into the same part (https://rclone.org/filtering/#hash-filter).
public struct Partition: Sendable, Hashable {
    /// Which part, below ``count``.
    public var index: UInt64
    /// How many parts, at least 1.
    public var count: UInt64

    public init(index: UInt64, count: UInt64) {
        precondition(count > 0)
        self.index = index % count
        self.count = count
    }

    /// Reads `K/N`, or `@/N` for a part that `random` chooses. K may be N, which is 0.
    public init?(_ text: String, random: (Range<UInt64>) -> UInt64 = { .random(in: $0) }) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Self.number(parts[1]), count > 0 else { return nil }
        if parts[0].elementsEqual("@".utf8) {
            self.init(index: random(0..<count), count: count)
        } else {
            guard let index = Self.number(parts[0]) else { return nil }
            self.init(index: index, count: count)
        }
    }

    private static func number(_ digits: Substring.UTF8View) -> UInt64? {
        guard digits.first != UInt8(ascii: "+") else { return nil }
        return UInt64(Substring(digits))
    }

    /// Whether the key with these bytes is in this part.
    func contains(_ key: UnsafeRawBufferPointer) -> Bool {
        var folded = ""
        for scalar in String(decoding: key, as: UTF8.self)._nfc {
            // One for one, where Unicode has more than one letter for it.
            if let lower = scalar.properties.lowercaseMapping.unicodeScalars.first {
                folded.unicodeScalars.append(lower)
            }
        }
        var digester = Digester(.md5)
        folded.withUTF8 { digester.update(UnsafeRawBufferPointer($0)) }
        let hash = digester.finish().prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return hash % count == index
    }
}
