// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// A query string in the one form that is both signed and sent: encoded, sorted by encoded name and then value,
/// `name=` where there is no value.
package struct CanonicalQuery: Sendable, Hashable {
    private struct Field: Sendable, Hashable, Comparable {
        var name: String
        var value: String

        static func < (a: Field, b: Field) -> Bool {
            // Percent-encoded, so ASCII: String compares it as bytes.
            a.name != b.name ? a.name < b.name : a.value < b.value
        }
    }

    private var fields: [Field] = []

    package init() {}

    /// The fields of a query string that is encoded already.
    init(encoded text: String) {
        fields = text.split(separator: "&").map { field in
            let sides = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Field(name: String(sides[0]), value: sides.count > 1 ? String(sides[1]) : "")
        }
    }

    /// Adds a field; both sides are plain text.
    package mutating func add(_ name: String, _ value: String = "") {
        fields.append(Field(name: PercentEncoding.query(name), value: PercentEncoding.query(value)))
    }

    /// Adds a field whose value is bytes, such as a prefix.
    package mutating func add(_ name: String, _ value: SharedBytes) {
        fields.append(Field(name: PercentEncoding.query(name), value: PercentEncoding.query(value)))
    }

    package var isEmpty: Bool { fields.isEmpty }

    /// The query string, without `?`.
    package var text: String {
        var text = ""
        for field in fields.sorted() {
            if !text.isEmpty { text += "&" }
            text += field.name
            text += "="
            text += field.value
        }
        return text
    }
}
