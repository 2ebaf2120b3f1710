// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Merges a base and its log into a new base, which takes the old one's place whole.
struct StateFolding {
    let path: String
    let header: StateHeader
    let maxBytes: Int64

    /// Makes the base and empties `log`; false when the base would pass the limit, and nothing is changed. What dies on
    /// the way leaves base and log as they were, or a log whose records the base has as well.
    func fold(_ log: NamedFile, temporaryDirectory: String) throws(StorageError) -> Bool {
        var reading = try StateLog.read(log, for: header, directory: temporaryDirectory)
        let logged = try reading.sorter.sorted()
        let base = NamedFile.existing(path).flatMap { StateBase.open($0, for: header) {} }
        let merged = base.map { MergedRecords(older: $0, newer: logged, order: header.order) }
        let file = try NamedFile.writable(path + ".new", emptied: true, advice: StateOptions.advice)
        do throws(StorageError) {
            guard try write(merged ?? logged, to: file) else {
                NamedFile.remove(file.path)
                return false
            }
            try file.sync()
            try file.replace(path)
        } catch {
            NamedFile.remove(file.path)
            if error.kind == .cancelled { return true }
            throw error
        }
        try log.truncate(to: 0)
        return true
    }

    private func write(_ records: any RecordStream, to file: NamedFile) throws(StorageError) -> Bool {
        let writer = try StateWriter(file, header)
        while records.hasRecord {
            let added = records.withRecord { key, proof in
                Result { () throws(StorageError) in if !proof.isEmpty { try writer.append(key, proof) } }
            }
            try added.get()
            if writer.size > maxBytes { return false }
            if writer.total % 4096 == 0, Task.isCancelled {
                throw StorageError(.cancelled, during: .write, message: "cancelled")
            }
            try records.advance()
        }
        try writer.finish()
        return writer.size <= maxBytes
    }
}
