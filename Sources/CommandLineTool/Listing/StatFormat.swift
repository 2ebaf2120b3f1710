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
            ("Archive", entry.archive.map(archive)),
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
        let tags = (metadata?.tags ?? []).map { ("Tag", "\($0.name)=\($0.value)" as String?) }
        let lock = [
            ("Retention", metadata?.lock.flatMap(retention)),
            ("Legal hold", metadata?.lock?.hasLegalHold == true ? "on" : nil),
        ]
        let grants = (metadata?.access?.grants ?? []).map { ("Grant", grant($0) as String?) }
        return (fields + checksums + user + tags + lock + grants).compactMap { name, value in
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
            if let archive = entry.archive { json.string("archive", Self.archive(archive)) }
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
        json.object("tags") { json in
            for tag in metadata.tags { json.member(tag.name, tag.value) }
        }
        if let lock = metadata.lock {
            json.object("lock") { json in
                if let mode = lock.mode { json.string("mode", mode.rawValue) }
                if let end = lock.retainUntil { json.string("retain_until", end.rfc3339()) }
                json.boolean("legal_hold", lock.hasLegalHold)
            }
        }
        if let access = metadata.access {
            json.array("grants") { json in
                for grant in access.grants {
                    json.object { json in
                        switch grant.grantee {
                        case .account(let id): json.string("account", id)
                        case .group(let uri): json.string("group", uri)
                        }
                        json.string("permission", grant.permission)
                    }
                }
            }
        }
    }

    private static func archive(_ state: ArchiveState) -> String {
        switch state {
        case .archived: "archived"
        case .restoring: "being restored"
        case .restored(let end): end.map { "restored until \($0.rfc3339())" } ?? "restored"
        }
    }

    private static func retention(_ lock: ObjectLock) -> String? {
        guard let mode = lock.mode, let end = lock.retainUntil else { return nil }
        return "\(mode.rawValue) until \(end.rfc3339())"
    }

    private static func grant(_ grant: AccessList.Grant) -> String {
        switch grant.grantee {
        case .account(let id): "\(grant.permission) to \(id)"
        case .group(let uri): "\(grant.permission) to \(uri)"
        }
    }

    private static func kind(_ entry: Entry) -> String {
        switch entry.kind {
        case .object: "object"
        case .directory: "directory"
        case .symbolicLink: "link"
        case .deleteMarker: "delete marker"
        }
    }
}
