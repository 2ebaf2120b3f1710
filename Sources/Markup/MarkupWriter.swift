// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Writes one XML 1.0 document of elements and text, as S3's request bodies are.
package struct MarkupWriter {
    private var output = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>".utf8)
    private var names: [String] = []

    package init() {}

    /// The document. All elements must be closed.
    package var bytes: [UInt8] {
        precondition(names.isEmpty, "an element is still open")
        return output
    }

    /// Begins an element, in `namespace` when given. The names are ours, not data: they are written as they are.
    package mutating func open(_ name: String, namespace: String? = nil) {
        output.append(UInt8(ascii: "<"))
        output.append(contentsOf: name.utf8)
        if let namespace {
            output.append(contentsOf: " xmlns=\"".utf8)
            output.append(contentsOf: namespace.utf8)
            output.append(UInt8(ascii: "\""))
        }
        output.append(UInt8(ascii: ">"))
        names.append(name)
    }

    /// Ends the element opened last.
    package mutating func close() {
        precondition(!names.isEmpty, "no element is open")
        end(names.removeLast())
    }

    /// An element with text in it. Throws, and writes nothing, when XML 1.0 has no way to say the text.
    package mutating func element(_ name: String, _ text: String) throws(MarkupError) {
        try element(name, bytes: Array(text.utf8))
    }

    /// The same with text given in UTF-8.
    package mutating func element(_ name: String, bytes: [UInt8]) throws(MarkupError) {
        try bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(MarkupError) in
            try element(name, bytes: UnsafeRawBufferPointer(bytes))
        }
    }

    package mutating func element(_ name: String, bytes: UnsafeRawBufferPointer) throws(MarkupError) {
        try Self.check(bytes)
        output.append(UInt8(ascii: "<"))
        output.append(contentsOf: name.utf8)
        output.append(UInt8(ascii: ">"))
        for byte in bytes {
            if let reference = Self.reference(byte) {
                output.append(contentsOf: reference.utf8)
            } else {
                output.append(byte)
            }
        }
        end(name)
    }

    private mutating func end(_ name: String) {
        output.append(contentsOf: "</".utf8)
        output.append(contentsOf: name.utf8)
        output.append(UInt8(ascii: ">"))
    }

    /// White space other than a space is written by reference, or a reader turns CR into LF (XML 1.0, 2.11).
    private static func reference(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case 9: "&#x9;"
        case 10: "&#xA;"
        case 13: "&#xD;"
        default: nil
        }
    }

    /// XML 1.0, 2.2: no control characters but tab, LF and CR, not even by reference; no U+FFFE and U+FFFF.
    private static func check(_ bytes: UnsafeRawBufferPointer) throws(MarkupError) {
        var isASCII = true
        for byte in bytes {
            guard byte >= 32 || byte == 9 || byte == 10 || byte == 13 else {
                throw MarkupError(.unwritable, "XML cannot carry the control character \(byte)")
            }
            if byte >= 128 { isASCII = false }
        }
        guard !isASCII else { return }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MarkupError(.unwritable, "XML cannot carry bytes that are not UTF-8")
        }
        guard !text.unicodeScalars.contains(where: { $0.value == 0xfffe || $0.value == 0xffff }) else {
            throw MarkupError(.unwritable, "XML cannot carry U+FFFE and U+FFFF")
        }
    }
}
