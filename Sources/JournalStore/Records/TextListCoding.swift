// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The form in which the journal keeps the arguments of a command line.
enum TextListCoding {
    private static let version: UInt8 = 1

    static func encode(_ texts: [String]) -> [UInt8] {
        var record = RecordWriter(version: version)
        for text in texts { record.append(text: text) }
        return record.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(DamagedRecord) -> [String] {
        var record = try RecordReader(bytes, version: version)
        var texts: [String] = []
        while !record.isAtEnd { texts.append(try record.text()) }
        return texts
    }
}
