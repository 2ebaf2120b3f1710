// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Writes one JSON value into a byte buffer (RFC 8259), without intermediate objects: events come by the million.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false
    /// Also escapes `<`, `>`, `&`, U+2028 and U+2029, as Go's encoder does.
    let escapesForHTML: Bool

    init(escapesForHTML: Bool = false) { self.escapesForHTML = escapesForHTML }

    mutating func object(_ name: StaticString? = nil, _ members: (inout JSONWriter) -> Void) {
        open(name, UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func array(_ name: StaticString? = nil, _ elements: (inout JSONWriter) -> Void) {
        open(name, UInt8(ascii: "["))
        elements(&self)
        close(UInt8(ascii: "]"))
    }

    mutating func string(_ name: StaticString? = nil, _ text: String) {
        begin(name)
        var text = text
        text.withUTF8 { _ = quote(UnsafeRawBufferPointer($0)) }
    }

    /// A key. One that is not UTF-8 is followed by the member `NAME_hex`, which holds all its bytes.
    mutating func key(_ name: StaticString, _ key: ObjectKey) {
        begin(name)
        var isExact = true
        key.bytes.withUnsafeBytes { isExact = quote($0) }
        guard !isExact else { return }
        begin("\(name)_hex")
        bytes.append(UInt8(ascii: "\""))
        key.bytes.withUnsafeBytes { raw in
            for byte in raw { bytes.append(contentsOf: [Self.digit(byte >> 4), Self.digit(byte & 15)]) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A key as text; what is not UTF-8 becomes U+FFFD.
    mutating func text(_ name: StaticString, _ key: ObjectKey) {
        begin(name)
        key.bytes.withUnsafeBytes { _ = quote($0) }
    }

    mutating func number(_ name: StaticString? = nil, _ value: some BinaryInteger) {
        begin(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// `value` with at most `digits` fractional digits; what is no finite number becomes 0.
    mutating func number(_ name: StaticString? = nil, _ value: Double, fractionDigits digits: Int) {
        begin(name)
        bytes.append(contentsOf: DecimalText.fixed(value.isFinite ? value : 0, digits).utf8)
    }

    mutating func boolean(_ name: StaticString? = nil, _ value: Bool) {
        begin(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Ends the line, so that the next value stands alone.
    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    mutating func member(_ name: String, _ text: String) {
        begin(name)
        var text = text
        text.withUTF8 { _ = quote(UnsafeRawBufferPointer($0)) }
    }

    mutating func member(_ name: String, _ value: some BinaryInteger) {
        begin(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    private mutating func open(_ name: StaticString?, _ bracket: UInt8) {
        begin(name)
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func begin(_ name: StaticString?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        guard let name else { return }
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
    }

    private mutating func begin(_ name: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        var name = name
        name.withUTF8 { _ = quote(UnsafeRawBufferPointer($0)) }
        bytes.append(UInt8(ascii: ":"))
    }

    /// Returns whether `text` was UTF-8; what is not becomes U+FFFD, one for each byte.
    @discardableResult
    private mutating func quote(_ text: UnsafeRawBufferPointer) -> Bool {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        var isExact = true
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte >= 0x80 else {
                escape(byte)
                index += 1
                continue
            }
            let length = UTF8Sequence.length(of: text, at: index)
            if length == 0 {
                isExact = false
                bytes.append(contentsOf: "\\ufffd".utf8)
                index += 1
            } else {
                let sequence = text[index..<index + length]
                if escapesForHTML, byte == 0xe2, sequence.elementsEqual([0xe2, 0x80, 0xa8]) {
                    bytes.append(contentsOf: "\\u2028".utf8)
                } else if escapesForHTML, byte == 0xe2, sequence.elementsEqual([0xe2, 0x80, 0xa9]) {
                    bytes.append(contentsOf: "\\u2029".utf8)
                } else {
                    bytes.append(contentsOf: sequence)
                }
                index += length
            }
        }
        return isExact
    }

    private mutating func escape(_ byte: UInt8) {
        let backslash = UInt8(ascii: "\\")
        switch byte {
        case UInt8(ascii: "\""), backslash: bytes.append(contentsOf: [backslash, byte])
        case 0x0a: bytes.append(contentsOf: [backslash, UInt8(ascii: "n")])
        case 0x0d: bytes.append(contentsOf: [backslash, UInt8(ascii: "r")])
        case 0x09: bytes.append(contentsOf: [backslash, UInt8(ascii: "t")])
        case 0x08: bytes.append(contentsOf: [backslash, UInt8(ascii: "b")])
        case 0x0c: bytes.append(contentsOf: [backslash, UInt8(ascii: "f")])
        case 0..<0x20: hexadecimal(byte)
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
            if escapesForHTML { hexadecimal(byte) } else { bytes.append(byte) }
        default: bytes.append(byte)
        }
    }

    private mutating func hexadecimal(_ byte: UInt8) {
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(contentsOf: [Self.digit(byte >> 4), Self.digit(byte & 15)])
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
