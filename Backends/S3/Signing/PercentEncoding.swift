// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Percent-encoding as S3 signs it: only `A-Z a-z 0-9 - . _ ~` stay, digits in upper case, a space is `%20`. Encoded
/// once, nothing normalised: `//` and `/../` may be parts of a key
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
package enum PercentEncoding {
    /// Appends a key as part of a path, where `/` stays too.
    package static func path(_ key: SharedBytes, into output: inout [UInt8]) {
        key.withUnsafeBytes { append($0, keepsSlash: true, to: &output) }
    }

    /// A key as part of a path, where `/` stays too.
    package static func path(_ key: SharedBytes) -> String {
        key.withUnsafeBytes { encoded($0, keepsSlash: true) }
    }

    package static func path(_ text: String) -> String {
        SharedBytes(text).withUnsafeBytes { encoded($0, keepsSlash: true) }
    }

    /// The name or the value of a query field, where `/` is `%2F`.
    package static func query(_ bytes: SharedBytes) -> String {
        bytes.withUnsafeBytes { encoded($0, keepsSlash: false) }
    }

    package static func query(_ text: String) -> String { query(SharedBytes(text)) }

    /// The bytes that `text` stands for; nil when a `%` is not followed by two hexadecimal digits. Listings that were
    /// asked for `encoding-type=url` write a space as `+`.
    package static func decode(_ text: some Collection<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var output = [UInt8]()
        output.reserveCapacity(text.count)
        var bytes = text.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.next().flatMap(value), let low = bytes.next().flatMap(value) else { return nil }
                output.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: output.append(UInt8(ascii: " "))
            default: output.append(byte)
            }
        }
        return output
    }

    package static func decode(_ text: String, plusIsSpace: Bool = false) -> [UInt8]? {
        decode(text.utf8, plusIsSpace: plusIsSpace)
    }

    private static func encoded(_ bytes: UnsafeRawBufferPointer, keepsSlash: Bool) -> String {
        if bytes.allSatisfy({ stays($0, keepsSlash) }) { return String(decoding: bytes, as: UTF8.self) }
        var output = [UInt8]()
        output.reserveCapacity(3 * bytes.count)
        append(bytes, keepsSlash: keepsSlash, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func append(_ bytes: UnsafeRawBufferPointer, keepsSlash: Bool, to output: inout [UInt8]) {
        for byte in bytes {
            if stays(byte, keepsSlash) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(digit(byte >> 4))
                output.append(digit(byte & 15))
            }
        }
    }

    @inline(__always)
    private static func stays(_ byte: UInt8, _ keepsSlash: Bool) -> Bool {
        switch byte {
        case 97...122, 65...90, 48...57, 45, 46, 95, 126: true
        case UInt8(ascii: "/"): keepsSlash
        default: false
        }
    }

    @inline(__always)
    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
