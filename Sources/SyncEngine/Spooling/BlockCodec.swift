// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Packs the blocks of a spool.
enum BlockCodec {
    static func packed(_ block: [UInt8]) throws(StorageError) -> [UInt8] { block }
    static func unpacked(_ bytes: [UInt8], count: Int) throws(StorageError) -> [UInt8] { bytes }
}
