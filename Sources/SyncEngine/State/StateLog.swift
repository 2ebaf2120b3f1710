// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What was proven since the base was written, in the order in which that happened: each run begins with a header. It
/// is cut to nothing when its records are in the base.
enum StateLog {
    /// What a reading of a log gave.
    struct Reading {
        var sorter: RecordSorter
        /// Bytes up to the end of the last good block. What follows is a block that a dying process did not finish, or
        /// damage.
        var size: Int64 = 0
    }

    /// Reads and sorts the records of `file` that serve a run under the rules `run`.
    static func read(_ file: NamedFile, for run: StateHeader, directory: String) throws(StorageError) -> Reading {
        var reading = Reading(sorter: RecordSorter(order: run.order, directory: directory))
        let blocks = StateBlockReader(file)
        var records = StateRecordReader(order: nil)
        var serves = false
        while true {
            do throws(StateDamage) {
                guard var block = try blocks.next() else { return reading }
                switch block.kind {
                case .header: serves = try StateHeader(&block.content).serves(run)
                case .records: _ = try records.begin(block.content)
                case .end: return reading
                }
            } catch {
                return reading
            }
            while !records.isDry {
                do throws(StateDamage) { try records.next() } catch { return reading }
                guard serves else { continue }
                let added = records.withRecord { key, proof in
                    Result { () throws(StorageError) in try reading.sorter.append(key, proof) }
                }
                try added.get()
            }
            reading.size = blocks.offset
        }
    }
}
