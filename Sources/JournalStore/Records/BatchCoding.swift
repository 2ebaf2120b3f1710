// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine

/// The form in which the journal keeps the actions of a batch.
enum BatchCoding {
    private static let version: UInt8 = 1
    private static let replaces: UInt8 = 0x80

    static func encode(_ actions: [PlannedAction]) -> [UInt8] {
        let capacity = actions.reduce(8) { $0 + $1.key.bytes.count + 4 }
        var record = RecordWriter(version: version, capacity: capacity)
        record.append(number: UInt64(actions.count))
        for action in actions {
            record.append(action.kind.rawValue | (action.replaces ? replaces : 0))
            record.append(data: action.key.bytes)
        }
        return record.bytes
    }

    /// The actions; their keys share the buffer.
    static func decode(_ bytes: [UInt8]) throws(DamagedRecord) -> [PlannedAction] {
        var record = try RecordReader(bytes, version: version)
        let count = try record.count()
        var actions: [PlannedAction] = []
        actions.reserveCapacity(count)
        for _ in 0..<count {
            let code = try record.byte()
            guard let kind = PlannedAction.Kind(rawValue: code & ~replaces) else {
                throw DamagedRecord("an action of an unknown kind")
            }
            let key = ObjectKey(try record.data())
            actions.append(PlannedAction(kind, key, replaces: code & replaces != 0))
        }
        try record.finish()
        return actions
    }
}
