// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension Backend {
    /// Reads `range` (nil: all) of exactly the state that `entry` describes; `preconditionFailed` when the object is
    /// another one by now.
    func readPinned(
        _ entry: Entry, range: Range<Int64>?, wantsChecksums: Bool = true, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        let before = buffer.count
        let options = ReadOptions(
            range: range, ifMatch: entry.tag, version: entry.version,
            ifIdentity: entry.fileIdentity == nil ? nil : entry, wantsChecksums: wantsChecksums)
        let read = try await read(entry.key, options, into: buffer)
        let wanted = range.map { $0.upperBound - $0.lowerBound } ?? entry.size
        let came = Int64(buffer.count - before)
        let isSame = entry.tag == nil || read.tag == nil || entry.tag == read.tag
        guard isSame, read.size == entry.size, came == wanted else {
            var error = StorageError(
                .preconditionFailed, during: .read, at: identity.container, key: entry.key,
                message: "the object changed while it was read")
            if let tag = entry.tag, tag == read.tag {
                error.message = "\(came) bytes came where \(wanted) belong, of an object whose tag is the same"
                error.advice = "the store, or a proxy before it, tells a wrong length"
            }
            throw error
        }
        return read
    }

    /// The entry with its metadata of exactly the state that `entry` describes, without its bytes.
    func statPinned(_ entry: Entry) async throws(StorageError) -> Entry {
        let now = try await stat(entry.key, version: entry.version)
        let isSame = entry.tag == nil || now.tag == nil || entry.tag == now.tag
        guard isSame, now.size == entry.size, now.fileIdentity == entry.fileIdentity else {
            throw StorageError(
                .preconditionFailed, during: .read, at: identity.container, key: entry.key,
                message: "the object changed since it was listed")
        }
        return now
    }
}
