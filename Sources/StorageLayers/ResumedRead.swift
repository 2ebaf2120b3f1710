// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// A read that broke off with some bytes in the buffer, continued behind them.
///
/// It goes on only where the bytes to come are known to be of the same state of the object: by its tag, its version or
/// the file's identity. Where the caller named none, everything is read anew.
struct ResumedRead: Sendable {
    let base: any Backend
    let key: ObjectKey
    let options: ReadOptions
    /// Bytes in the buffer before the read began.
    let start: Int

    func run(into buffer: PartBuffer) async throws(StorageError) -> Entry {
        guard options.ifMatch != nil || options.version != nil || options.ifIdentity != nil else {
            guard start == 0 else {
                throw failure(.connectionLost, "the read broke off, and the object's state is not known to go on")
            }
            buffer.reset()
            return try await base.read(key, options, into: buffer)
        }
        let entry = try await base.stat(key, version: options.version)
        try check(entry)
        let first = options.range?.lowerBound ?? 0
        let end = min(options.range?.upperBound ?? entry.size, entry.size)
        let reached = first + Int64(buffer.count - start)
        guard reached <= end else { throw changed() }
        // All had come but the end of the answer.
        if reached == end { return entry }
        var rest = options
        rest.range = reached..<end
        let last = try await base.read(key, rest, into: buffer)
        guard first + Int64(buffer.count - start) == end, last.size == entry.size else { throw changed() }
        try check(last)
        return last
    }

    private func check(_ entry: Entry) throws(StorageError) {
        if let tag = options.ifMatch, tag != entry.tag { throw changed() }
        if let version = options.version, let found = entry.version, found != version { throw changed() }
        if let file = options.ifIdentity {
            guard file.size == entry.size, file.modified == entry.modified, file.fileIdentity == entry.fileIdentity
            else { throw changed() }
        }
    }

    private func changed() -> StorageError { failure(.preconditionFailed, "the object changed while it was read") }

    private func failure(_ kind: StorageError.Kind, _ message: String) -> StorageError {
        StorageError(kind, during: .read, at: base.identity.container, key: key, message: message)
    }
}
