// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What a store calls one state of an object: an S3 ETag without its quotes and without `W/`.
///
/// It is equal when the state is equal and can be sent as a condition. Whether it is also a digest depends on how the
/// object was written and encrypted; ``lookalike`` only says what it looks like.
public struct VersionTag: Sendable, Hashable {
    public let bytes: SharedBytes

    @inlinable public init(_ bytes: SharedBytes) { self.bytes = bytes }
    @inlinable public init(_ text: String) { bytes = SharedBytes(text) }

    public var text: String { bytes.text }

    /// The digest that the tag looks like: 32 hexadecimal digits, or 32 and `-N`.
    public var lookalike: Checksum? {
        guard bytes.count >= 32 else { return nil }
        var digest = [UInt8]()
        digest.reserveCapacity(16)
        for index in 0..<16 {
            guard let high = HexDigit.value(bytes[2 * index]), let low = HexDigit.value(bytes[2 * index + 1]) else {
                return nil
            }
            digest.append(high << 4 | low)
        }
        if bytes.count == 32 { return Checksum(.md5, digest) }
        guard bytes[32] == UInt8(ascii: "-"), bytes.count > 33, bytes.count <= 38,
            bytes.dropFirst(33).array.allSatisfy({ (48...57).contains($0) }),
            let parts = Int(bytes.dropFirst(33).text), parts > 0, parts <= 10_000
        else { return nil }
        return Checksum(.md5, digest, parts: parts)
    }
}
