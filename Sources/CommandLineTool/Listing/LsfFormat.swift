// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// The lines of `lsf`.
struct LsfFormat: Sendable {
    /// What `--format` letters stand for.
    enum Field: Character, Sendable, CaseIterable {
        case path = "p", size = "s", time = "t", hash = "h", type = "m", tier = "T"
    }

    var fields: [Field]
    var separator = ";"
    var isCSV = false
    var marksDirectories = true
    var isAbsolute = false

    /// Nil for a letter that stands for nothing.
    init?(_ format: String) {
        fields = []
        for letter in format {
            guard let field = Field(rawValue: letter) else { return nil }
            fields.append(field)
        }
    }

    /// One line, without its break. `hash` in hexadecimal.
    func line(_ item: ListedItem, hash: String) -> [UInt8] {
        let values = fields.map { value($0, item, hash) }
        guard isCSV else { return Array(values.joined(separator: separator.utf8)) }
        let separator = separator.utf8.first ?? UInt8(ascii: ",")
        return Array(values.map { CSVField.quoted($0, separator: separator) }.joined(separator: [separator]))
    }

    private func value(_ field: Field, _ item: ListedItem, _ hash: String) -> [UInt8] {
        switch field {
        case .path:
            let name = (isAbsolute ? [UInt8(ascii: "/")] : []) + NameText.line(item.path)
            return item.isDirectory && marksDirectories ? name + [UInt8(ascii: "/")] : name
        case .size: return Array((item.isDirectory ? "-1" : String(item.entry.size)).utf8)
        case .time: return Array(TimeFormat.local(item.modified ?? ListedItem.unknownTime).utf8)
        case .hash: return Array((item.isDirectory ? "" : hash).utf8)
        case .type: return Array(ContentTypeText.of(item).utf8)
        case .tier: return Array((item.isDirectory ? "" : item.entry.storageClass ?? "STANDARD").utf8)
        }
    }
}
