// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Records in the order of their keys, one at a time, each key once.
protocol RecordStream: AnyObject {
    /// Whether a record is at hand.
    var hasRecord: Bool { get }
    /// The record at hand; an empty value says, among states, that older records of the key are to be forgotten.
    func withRecord<R>(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> R) -> R
    /// Goes on to the next record.
    func advance() throws(StorageError)
}
