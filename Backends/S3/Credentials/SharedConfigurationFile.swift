// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// One of AWS's two shared files: sections of `name = value`, with nested blocks as indented lines
/// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
struct SharedConfigurationFile: Sendable {
    /// Section name (`default`, `profile x`, `services x`) to its values; nested names are joined with a dot.
    private(set) var sections: [String: [String: String]] = [:]

    /// Reads the file at `path`; nil when there is none.
    static func read(_ path: String) throws(StorageError) -> SharedConfigurationFile? {
        guard let bytes = try CredentialFile.contents(path) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CredentialFile.failure(path, "is not UTF-8 text")
        }
        return SharedConfigurationFile(text)
    }

    init(_ text: String) {
        var section: String?
        var block: String?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let isIndented = line.first == " " || line.first == "\t"
            let content = Self.trimmed(line)
            guard let first = content.first, first != "#", first != ";" else { continue }
            if first == "[" {
                section = Self.sectionName(content)
                if let section { sections[section, default: [:]].merge([:]) { $1 } }
                block = nil
                continue
            }
            guard let section, let equals = content.firstIndex(of: "=") else { continue }
            let name = Self.trimmed(content[..<equals]).lowercased()
            let value = Self.withoutComment(content[content.index(after: equals)...])
            if isIndented, let block {
                sections[section]?["\(block).\(name)"] = value
            } else {
                sections[section]?[name] = value
                block = value.isEmpty ? name : nil
            }
        }
    }

    private static func sectionName(_ line: Substring) -> String? {
        guard let end = line.firstIndex(of: "]") else { return nil }
        let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: { $0 == " " || $0 == "\t" })
        return words.map { $0.filter { $0 != "\"" && $0 != "'" } }.joined(separator: " ")
    }

    private static func withoutComment(_ value: Substring) -> String {
        var end = value.startIndex
        var before: Character = "x"
        while end < value.endIndex {
            if value[end] == "#" || value[end] == ";", before == " " || before == "\t" { break }
            before = value[end]
            end = value.index(after: end)
        }
        return String(trimmed(value[..<end]))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace || $0 == "\u{feff}" }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
