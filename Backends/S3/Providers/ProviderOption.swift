// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// One thing that a ``Provider`` says of its stores, as an option of a remote, which comes before it: what is true of most
/// stores of a make may be wrong for one of them, and of unknown ones nothing is known but what was found out (``StoreProbe``).
package struct ProviderOption: Sendable {
    /// rclone's, where it has one.
    package let name: String
    /// What its values are, in words.
    package let values: String
    private let read: @Sendable (Provider) -> String
    /// False where the text is no value.
    private let write: @Sendable (String, inout Provider) -> Bool

    /// What `provider` says, as the option's value.
    package func value(in provider: Provider) -> String { read(provider) }

    /// Lets `provider` say `value`; false where that is not one.
    package func set(_ value: String, in provider: inout Provider) -> Bool { write(value, &provider) }

    private init<Value>(
        _ name: String, _ property: any WritableKeyPath<Provider, Value> & Sendable, values: String,
        text: @escaping @Sendable (Value) -> String, parse: @escaping @Sendable (String) -> Value?
    ) {
        self.name = name
        self.values = values
        read = { text($0[keyPath: property]) }
        write = { value, provider in
            guard let parsed = parse(value) else { return false }
            provider[keyPath: property] = parsed
            return true
        }
    }

    /// The option `name`; nil: there is none.
    package static func named(_ name: String) -> ProviderOption? { all.first { $0.name == name } }

    /// All, in the order in which they are found out.
    package static let all: [ProviderOption] = [
        flag("takes_unsigned_payload", \.takesUnsignedPayload),
        word("upload_checksum", \.uploadChecksum, [.crc32c, .crc64nvme, .md5], \.rawValue),
        flag("takes_md5", \.takesMD5),
        flag("etag_is_md5", \.tagsAreMD5),
        flag("use_multipart_etag", \.multipartTagIsComposite),
        number("list_version", \.listVersion, 1...2),
        flag("list_url_encode", \.listsURLEncoded),
        word("listing_order", \.listingOrder, [.keyBytes, .pathComponents, .unordered]) { order in
            switch order {
            case .keyBytes: "bytes"
            case .pathComponents: "directories"
            case .unordered: "none"
            }
        },
        number("delete_batch_max", \.deleteBatchMax, 1...1000),
        flag("stores_directory_markers", \.storesDirectoryMarkers),
        list("conditions", \.conditions, Capabilities.Conditions.names),
        list("attributes", \.attributes, Attributes.names),
        flag("counts_tags", \.countsTags),
        flag("tags_uploads", \.tagsUploads),
        ProviderOption(
            "storage_classes", \.storageClasses, values: "names of classes beside STANDARD, with commas, or none",
            text: { $0.isEmpty ? nothing : $0.sorted().joined(separator: ",") },
            parse: { text in
                let names = items(text)
                return names.allSatisfy(isClassName) ? Set(names) : nil
            }),
        flag("copies_server_side", \.copiesServerSide),
        flag("copies_honour_conditions", \.copiesHonourConditions),
        flag("copies_tags", \.copiesTags),
        flag("copies_parts", \.copiesParts),
        flag("copies_parts_of_escaped_keys", \.copiesPartsOfEscapedKeys),
        word("chunked_bodies", \.chunkedBodies, [.none, .signed, .withTrailers]) { bodies in
            switch bodies {
            case .none: nothing
            case .signed: "signed"
            case .withTrailers: "trailers"
            }
        },
        flag("keeps_chunked_encoding", \.keepsChunkedEncoding),
        flag("lists_versions", \.listsVersions),
        flag("loses_keys_between_pages", \.losesKeysBetweenPages),
        flag("takes_customer_keys", \.takesCustomerKeys),
    ]
}

/// The kinds of values that there are.
extension ProviderOption {
    /// The word for an empty list.
    private static let nothing = "none"

    private static func flag(
        _ name: String, _ property: any WritableKeyPath<Provider, Bool> & Sendable
    ) -> ProviderOption {
        ProviderOption(
            name, property, values: "true or false", text: { $0 ? "true" : "false" },
            parse: { text in
                switch text.lowercased() {
                case "true", "t", "1", "yes", "on": true
                case "false", "f", "0", "no", "off": false
                default: nil
                }
            })
    }

    private static func number(
        _ name: String, _ property: any WritableKeyPath<Provider, Int> & Sendable, _ range: ClosedRange<Int>
    ) -> ProviderOption {
        ProviderOption(
            name, property, values: "a number of \(range.lowerBound) to \(range.upperBound)", text: { String($0) },
            parse: { Int($0).flatMap { range.contains($0) ? $0 : nil } })
    }

    private static func word<Value: Sendable>(
        _ name: String, _ property: any WritableKeyPath<Provider, Value> & Sendable, _ values: [Value],
        _ word: @escaping @Sendable (Value) -> String
    ) -> ProviderOption {
        ProviderOption(
            name, property, values: values.map(word).joined(separator: ", "), text: word,
            parse: { text in values.first { word($0) == text.lowercased() } })
    }

    private static func list<Value: OptionSet & Sendable>(
        _ name: String, _ property: any WritableKeyPath<Provider, Value> & Sendable,
        _ names: [(name: String, kind: Value)]
    ) -> ProviderOption where Value.Element == Value {
        ProviderOption(
            name, property, values: names.map(\.name).joined(separator: ", ") + ", with commas, or none",
            text: { value in
                let named = names.filter { value.contains($0.kind) }.map(\.name)
                return named.isEmpty ? nothing : named.joined(separator: ",")
            },
            parse: { text in
                var value: Value = []
                for item in items(text) {
                    guard let known = names.first(where: { $0.name == item.lowercased() }) else { return nil }
                    value.formUnion(known.kind)
                }
                return value
            })
    }

    private static func isClassName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { 65...90 ~= $0 || 48...57 ~= $0 || $0 == UInt8(ascii: "_") }
    }

    private static func items(_ text: String) -> [String] {
        guard text.lowercased() != nothing else { return [] }
        return text.split(separator: ",").map { String($0.trimmingPrefix(" ")) }
    }
}
