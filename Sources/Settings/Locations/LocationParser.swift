// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Reads the forms of a location (CLI reference, "Locations"; rclone's connection strings,
/// https://rclone.org/docs/#connection-strings).
package struct LocationParser {
    private let text: String
    private var rest: Substring.UnicodeScalarView

    package static func parse(_ text: String) throws(StorageError) -> Location {
        guard !text.isEmpty else {
            throw StorageError(
                .invalidConfiguration, during: .validate, message: "the location is empty",
                advice: "write . for the current directory")
        }
        guard !text.utf8.contains(0) else {
            throw StorageError(.invalidConfiguration, during: .validate, message: "the location holds a NUL")
        }
        if text.utf8.starts(with: "s3://".utf8) { return Location(remote: .aws, path: after(text, 5)) }
        if text.utf8.starts(with: "file:".utf8), let path = try filePath(text) {
            return Location(remote: .local, path: path)
        }
        var parser = LocationParser(text: text, rest: text[...].unicodeScalars)
        return try parser.location()
    }

    /// Whether `text` can name a remote: letters, digits, `_ . + @ -`, and spaces or dashes within.
    package static func isRemoteName(_ text: some StringProtocol) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        return first != "-" && first != " " && last != " " && text.unicodeScalars.allSatisfy(isNameScalar)
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || "_.+@- ".unicodeScalars.contains(scalar)
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    private static func after(_ text: String, _ count: Int) -> String {
        String(decoding: text.utf8.dropFirst(count), as: UTF8.self)
    }

    /// The path of a `file:` URL (RFC 8089), percent-decoded; nil when the text is no such URL.
    private static func filePath(_ text: String) throws(StorageError) -> String? {
        var rest = after(text, 5)[...]
        guard rest.hasPrefix("//") else { return nil }
        rest = rest.dropFirst(2)
        if rest.hasPrefix("localhost/") { rest = rest.dropFirst(9) }
        guard rest.hasPrefix("/") else {
            throw failure(text, "a file URL has three slashes: it names no other machine", "write file:///dir")
        }
        var bytes = [UInt8](), source = Array(rest.utf8)[...]
        while let byte = source.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: source.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16), value != 0 else {
                throw failure(text, "a % of the URL is not followed by two hexadecimal digits", "write %25 for a %")
            }
            bytes.append(value)
            source = source.dropFirst(2)
        }
        guard let path = String(validating: bytes, as: UTF8.self) else {
            throw failure(text, "the URL's path is not UTF-8", nil)
        }
        return path
    }

    private mutating func location() throws(StorageError) -> Location {
        let isDescribed = skip(":")
        guard let end = rest.firstIndex(where: { Self.separators.contains($0) }), rest[end] != "/",
            // A comma belongs to a remote only if the remote's colon follows.
            rest[end] == ":" || rest.contains(":")
        else {
            guard isDescribed else { return Location(remote: .local, path: text) }
            throw error("a remote that begins with \":\" ends with another", "begin with ./ for a local path")
        }
        let name = String(rest[..<end])
        guard !name.isEmpty else { throw error("the remote has no name", "write NAME:path or :type:path") }
        guard Self.isRemoteName(name) else {
            throw error("\"\(name)\" cannot name a remote", "begin with ./ for a local path")
        }
        rest = rest[end...]
        let options = try options()
        return Location(
            remote: isDescribed ? .described(type: name, options) : .named(name, options), path: String(rest))
    }

    private static let separators: Set<Unicode.Scalar> = [":", ",", "/"]

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// What comes before the first scalar for which `isEnd` holds; stepped over.
    private mutating func take(until isEnd: (Unicode.Scalar) -> Bool) -> String {
        let end = rest.firstIndex(where: isEnd) ?? rest.endIndex
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }

    /// `,name=value` up to the colon, which is taken too.
    private mutating func options() throws(StorageError) -> [RemoteOption] {
        var options = [RemoteOption]()
        while !skip(":") {
            guard skip(",") else { throw error("behind an option stands neither \",\" nor \":\"", nil) }
            let name = take { !$0.isASCII || !$0.properties.isAlphabetic && !("0"..."9").contains($0) && $0 != "_" }
            let isValued = !name.isEmpty && skip("=")
            guard isValued || !name.isEmpty && (rest.first == "," || rest.first == ":") else {
                throw error(
                    "an option's name has only letters, digits and _, and \"=\", \",\" or \":\" behind it",
                    "write NAME,option=value:path, or begin with ./ for a local path")
            }
            let value = isValued ? try self.value(of: name) : "true"
            options.append(RemoteOption(name, value))
        }
        return options
    }

    /// A plain value up to `,` or `:`, or a quoted one, in which a doubled quote stands for one. A URL needs no quotes
    /// for its own colons.
    private mutating func value(of name: String) throws(StorageError) -> String {
        guard let quote = rest.first, quote == "\"" || quote == "'" else {
            var value = takeURLHead()
            value += take { $0 == "," || $0 == ":" }
            guard !rest.isEmpty else { throw error("the value of \(name) does not end with \",\" or \":\"", nil) }
            return value
        }
        rest = rest.dropFirst()
        var value = ""
        while !rest.isEmpty {
            value += take { $0 == quote }
            guard skip(quote) else { break }
            guard skip(quote) else {
                guard rest.first == "," || rest.first == ":" else {
                    throw error("behind the quoted value of \(name) stands neither \",\" nor \":\"", nil)
                }
                return value
            }
            value.unicodeScalars.append(quote)
        }
        throw error("the quote around the value of \(name) is not closed", nil)
    }

    /// Scheme, host and port of a URL that stands without quotes; otherwise nothing.
    private mutating func takeURLHead() -> String {
        for scheme in ["http://", "https://"] where rest.starts(with: scheme.unicodeScalars) {
            rest = rest.dropFirst(scheme.unicodeScalars.count)
            var head = scheme
            if rest.first == "[" { head += take { $0 == "]" } }
            head += take { Self.separators.contains($0) }
            let port = rest.dropFirst().prefix { ("0"..."9").contains($0) }
            if rest.first == ":", !port.isEmpty, rest[port.endIndex...].first.map(Self.separators.contains) ?? true {
                head += ":\(String(port))"
                rest = rest[port.endIndex...]
            }
            return head
        }
        return ""
    }

    private func error(_ message: String, _ advice: String?) -> StorageError {
        // The text may hold secrets: only what stands before the options is shown.
        guard let comma = text.unicodeScalars.firstIndex(of: ",") else { return Self.failure(text, message, advice) }
        return Self.failure("\(text[..<comma]),...", message, advice)
    }

    private static func failure(_ text: String, _ message: String, _ advice: String?) -> StorageError {
        StorageError(.invalidConfiguration, during: .validate, at: text, message: message, advice: advice)
    }
}
