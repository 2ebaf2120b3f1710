// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// A configuration file in rclone's INI form: `[remote]` sections of `name = value`, with `#` and `;` comments.
///
/// The lines are kept as they are, so that changing one remote leaves the rest of the file untouched.
package struct ConfigurationFile: Sendable {
    enum Line: Sendable, Hashable {
        case section(String)
        case option(RemoteOption)
        /// A comment or a blank line.
        case other
    }

    /// Where the file is, for errors.
    let path: String
    var lines: [(text: String, meaning: Line)] = []

    /// Reads the text of a file.
    package init(_ text: String, path: String) throws(StorageError) {
        self.path = path
        var section: String?
        // By scalars, as rclone reads it: a combining mark must not hide the separator or the space before it.
        for (index, raw) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = Self.trimmed(index == 0 && raw.first == "\u{feff}" ? raw.dropFirst() : raw)
            let meaning = try Self.meaning(line, number: index + 1, path: path)
            switch meaning {
            case .section(let name): section = name
            case .option where section == nil:
                throw Self.failure(path, index + 1, "an option stands before the first [remote]")
            default: break
            }
            lines.append((String(raw), meaning))
        }
        while let last = lines.last, last.text.isEmpty { lines.removeLast() }
    }

    private static func meaning(_ line: Substring.UnicodeScalarView, number: Int, path: String) throws(StorageError)
        -> Line
    {
        guard let first = line.first, first != "#", first != ";" else { return .other }
        if line.starts(with: "RCLONE_ENCRYPT_V".unicodeScalars) {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: "\(path):\(number)",
                message:
                    "the file is an encrypted rclone configuration (\(String(line.prefix(17)))), which godwit cannot read",
                advice: "make a plain copy that only you can read: "
                    + "(umask 077; rclone config show > godwit.conf), and pass --config godwit.conf")
        }
        if first == "[" {
            guard line.last == "]", line.count > 2 else { throw failure(path, number, "a section does not end in ]") }
            return .section(String(trimmed(line.dropFirst().dropLast())))
        }
        guard let separator = line.firstIndex(where: { $0 == "=" || $0 == ":" }), separator != line.startIndex else {
            throw failure(path, number, "the line is neither [remote], nor \"name = value\", nor a comment")
        }
        let name = String(trimmed(line[..<separator]))
        let value = String(trimmed(line[line.index(after: separator)...]))
        return .option(RemoteOption(name, value))
    }

    private static func failure(_ path: String, _ number: Int, _ message: String) -> StorageError {
        StorageError(.invalidConfiguration, during: .validate, at: "\(path):\(number)", message: message)
    }

    private static func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        var text = text.drop { $0.properties.isWhitespace }
        while text.last?.properties.isWhitespace == true { text.removeLast() }
        return text
    }

    /// The names of the remotes, each once, in their order.
    package var remotes: [String] {
        var seen = Set<String>()
        return lines.compactMap { line in
            guard case .section(let name) = line.meaning, seen.insert(name).inserted else { return nil }
            return name
        }
    }

    /// The options of a remote, in their order, the last of each name; nil when there is no such remote.
    package func options(of remote: String) -> [RemoteOption]? {
        var result: [RemoteOption]?, isInside = false
        for line in lines {
            switch line.meaning {
            case .section(let name):
                isInside = name == remote
                if isInside { result = result ?? [] }
            case .option(let option) where isInside:
                result?.removeAll { $0.name == option.name }
                result?.append(option)
            default: break
            }
        }
        return result
    }

    /// The text of the file, ending in a line break unless it is empty.
    package var text: String { lines.map { $0.text + "\n" }.joined() }
}
