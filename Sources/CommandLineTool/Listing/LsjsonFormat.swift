// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// The objects of `lsjson`, with the names, the order and the escaping of rclone's.
struct LsjsonFormat: Sendable {
    var showsTime = true
    var showsType = true

    func object(_ item: ListedItem, hashes: [Checksum]) -> [UInt8] {
        var writer = JSONWriter(escapesForHTML: true)
        let path = ObjectKey(SharedBytes(NameText.line(item.path)))
        writer.object { json in
            json.text("Path", path)
            json.text("Name", path.lastComponent)
            json.number("Size", item.entry.size)
            if showsType { json.string("MimeType", ContentTypeText.of(item)) }
            json.string("ModTime", showsTime ? TimeFormat.localRFC3339(item.modified ?? ListedItem.unknownTime) : "")
            json.boolean("IsDir", item.isDirectory)
            if !hashes.isEmpty, !item.isDirectory {
                json.object("Hashes") { json in
                    for hash in hashes.sorted(by: { $0.algorithm.rawValue < $1.algorithm.rawValue }) {
                        json.member(hash.algorithm.rawValue, hash.hexadecimal)
                    }
                }
            }
            if let tier = item.entry.storageClass { json.string("Tier", tier) }
            if item.isBucket { json.boolean("IsBucket", true) }
        }
        return writer.bytes
    }
}
