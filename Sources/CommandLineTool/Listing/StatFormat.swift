// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// One object's everything, for `stat`.
enum StatFormat {
    static func lines(_ entry: Entry, _ location: String) -> [String] {
        let metadata = entry.metadata
        let fields: [(String, String?)] = [
            ("Location", location),
            ("Key", entry.key.description),
            ("Kind", kind(entry)),
            ("Size", "\(entry.size) (\(SizeFormat.bytes(entry.size)))"),
            ("Modified", entry.modified?.rfc3339(fractionDigits: 9)),
            ("Written", entry.written?.rfc3339(fractionDigits: 3)),
            ("ETag", entry.tag?.text),
            ("Version", entry.version),
            ("Storage class", entry.storageClass),
            ("Content-Type", metadata?.contentType),
            ("Cache-Control", metadata?.cacheControl),
            ("Content-Disposition", metadata?.contentDisposition),
            ("Content-Encoding", metadata?.contentEncoding),
            ("Content-Language", metadata?.contentLanguage),
            ("Expires", metadata?.expires),
            ("Redirect", metadata?.websiteRedirect),
        ]
        let checksums = entry.checksums.map { ("Checksum", "\($0.algorithm.rawValue):\($0.hexadecimal)" as String?) }
        let user = (metadata?.user ?? []).map { ("Metadata", "\($0.name)=\($0.value)" as String?) }
        return (fields + checksums + user).compactMap { name, value in
            value.map { DecimalText.left(name + ":", 21) + TerminalText.escaped($0) }
        }
    }

    static func json(_ entry: Entry, _ location: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("location", location)
            json.key("key", entry.key)
            json.string("kind", kind(entry))
            json.number("size", entry.size)
            if let time = entry.modified { json.string("modified", time.rfc3339(fractionDigits: 9)) }
            if let time = entry.written { json.string("written", time.rfc3339(fractionDigits: 3)) }
            if let tag = entry.tag { json.string("etag", tag.text) }
            if let version = entry.version { json.string("version", version) }
            if let storageClass = entry.storageClass { json.string("storage_class", storageClass) }
            json.object("checksums") { json in
                for checksum in entry.checksums { json.member(checksum.algorithm.rawValue, checksum.hexadecimal) }
            }
            if let metadata = entry.metadata { Self.metadata(metadata, &json) }
        }
        writer.endLine()
        return writer.bytes
    }

    private static func metadata(_ metadata: ObjectMetadata, _ json: inout JSONWriter) {
        if let value = metadata.contentType { json.string("content_type", value) }
        if let value = metadata.cacheControl { json.string("cache_control", value) }
        if let value = metadata.contentDisposition { json.string("content_disposition", value) }
        if let value = metadata.contentEncoding { json.string("content_encoding", value) }
        if let value = metadata.contentLanguage { json.string("content_language", value) }
        if let value = metadata.expires { json.string("expires", value) }
        if let value = metadata.websiteRedirect { json.string("website_redirect", value) }
        json.object("metadata") { json in
            for field in metadata.user { json.member(field.name, field.value) }
        }
    }

    private static func kind(_ entry: Entry) -> String {
        switch entry.kind {
        case .object: "object"
        case .directory: "directory"
        case .symbolicLink: "link"
        }
    }
}
