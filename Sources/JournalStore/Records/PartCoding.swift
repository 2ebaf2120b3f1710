// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine

/// The form in which the journal keeps a written part.
enum PartCoding {
    private static let version: UInt8 = 1

    static func encode(_ part: JournaledPart) -> [UInt8] {
        var record = RecordWriter(version: version)
        record.append(signed: part.receipt.size)
        record.append(optional: part.receipt.tag) { $0.append(data: $1.bytes) }
        record.append(number: UInt64(part.receipt.checksums.count))
        for checksum in part.receipt.checksums { record.append(checksum: checksum) }
        record.append(optional: part.digest) { $0.append(data: SharedBytes($1)) }
        record.append(optional: part.content) { $0.append(data: SharedBytes($1)) }
        return record.bytes
    }

    static func decode(_ bytes: [UInt8], number: Int64) throws(DamagedRecord) -> JournaledPart {
        guard let number = Int(exactly: number), number > 0 else { throw DamagedRecord("a part without a number") }
        var record = try RecordReader(bytes, version: version)
        var receipt = PartReceipt(number: number, size: try record.signed())
        receipt.tag = try record.optional { (reader) throws(DamagedRecord) in VersionTag(try reader.data()) }
        for _ in 0..<(try record.count()) { receipt.checksums.append(try record.checksum()) }
        let digest = try record.optional { (reader) throws(DamagedRecord) in try reader.data().array }
        let content = try record.optional { (reader) throws(DamagedRecord) in try reader.data().array }
        try record.finish()
        return JournaledPart(receipt: receipt, digest: digest, content: content)
    }
}
