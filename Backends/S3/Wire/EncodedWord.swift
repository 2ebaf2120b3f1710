// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests

/// The form in which S3 returns metadata values that are not ASCII: `=?UTF-8?B?w6k=?=` or `=?UTF-8?Q?=C3=A9?=`
/// (RFC 2047).
enum EncodedWord {
    /// `value` with its encoded words decoded; what is not a whole UTF-8 encoded word stays as it is.
    static func decode(_ value: String) -> String {
        guard value.utf8.count >= 8, hasMark(value) else { return value }
        var result = [UInt8]()
        var rest = Array(value.utf8)[...]
        var endOfWord: Int?
        while let byte = rest.first {
            if byte == UInt8(ascii: "="), let (bytes, length) = word(rest) {
                // White space between two encoded words is not part of the text (section 6.2).
                if let endOfWord { result.removeSubrange(endOfWord...) }
                result += bytes
                rest = rest.dropFirst(length)
                endOfWord = result.count
            } else {
                if byte != UInt8(ascii: " ") { endOfWord = nil }
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(validating: result, as: UTF8.self) ?? value
    }

    /// Whether `=?` is anywhere in `value`; looks at bytes, since almost no value has it.
    private static func hasMark(_ value: String) -> Bool {
        var previous: UInt8 = 0
        for byte in value.utf8 {
            if byte == UInt8(ascii: "?"), previous == UInt8(ascii: "=") { return true }
            previous = byte
        }
        return false
    }

    /// The bytes of the encoded word that begins `text`, and how long the word is.
    private static func word(_ text: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int)? {
        let question = UInt8(ascii: "?")
        guard text.count >= 8, text[text.startIndex + 1] == question else { return nil }
        let body = text.dropFirst(2)
        guard let afterCharset = body.firstIndex(of: question), afterCharset + 2 < text.endIndex,
            text[afterCharset + 2] == question,
            isUTF8(body[..<afterCharset])
        else { return nil }
        let payloadStart = afterCharset + 3
        guard let end = text[payloadStart...].firstIndex(of: question), end + 1 < text.endIndex,
            text[end + 1] == UInt8(ascii: "=")
        else { return nil }
        let payload = text[payloadStart..<end]
        let decoded: [UInt8]? =
            switch text[afterCharset + 1] | 0x20 {
            case UInt8(ascii: "b"): Base64.decode(String(decoding: payload, as: UTF8.self))
            case UInt8(ascii: "q"): quoted(payload)
            default: nil
            }
        return decoded.map { ($0, end + 2 - text.startIndex) }
    }

    private static func isUTF8(_ charset: ArraySlice<UInt8>) -> Bool {
        let name = charset.map { $0 | 0x20 }
        return name.elementsEqual("utf-8".utf8.map { $0 | 0x20 })
    }

    /// The "Q" encoding: `_` is a space, `=XX` a byte.
    private static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes = [UInt8]()
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "=") {
                guard index + 2 < text.endIndex,
                    let byte = Hexadecimal.decode(String(decoding: text[index + 1...index + 2], as: UTF8.self))
                else { return nil }
                bytes += byte
                index += 3
            } else {
                bytes.append(text[index] == UInt8(ascii: "_") ? UInt8(ascii: " ") : text[index])
                index += 1
            }
        }
        return bytes
    }
}
