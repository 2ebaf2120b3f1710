// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
internal import GRDB
import StorageModel

/// Bytes as GRDB takes and gives them.
struct Blob: DatabaseValueConvertible {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(_ bytes: SharedBytes) { self.bytes = bytes.array }
    init(_ key: ObjectKey) { self.init(key.bytes) }

    var databaseValue: DatabaseValue { Data(bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Blob? {
        guard case .blob(let data) = value.storage else { return nil }
        return Blob([UInt8](data))
    }
}
