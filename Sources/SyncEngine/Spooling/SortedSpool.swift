// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The records of a sorted run.
final class SortedSpool: RecordStream {
    private var blocks: RecordSpool.BlockReader?
    private var cursor = ByteCursor([])
    private var key = SharedBytes([])
    private var value = SharedBytes([])
    private(set) var hasRecord = false

    /// At the first record of `spool`; nil: there is none.
    init(_ spool: RecordSpool?) throws(StorageError) {
        blocks = spool?.reader()
        try advance()
    }

    func withRecord<R>(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> R) -> R {
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { body(key, $0) }
        }
    }

    func advance() throws(StorageError) {
        if cursor.isAtEnd {
            guard let block = try blocks?.next() else {
                hasRecord = false
                return
            }
            cursor = ByteCursor(block)
        }
        key = cursor.data()
        value = cursor.data()
        hasRecord = true
    }
}
