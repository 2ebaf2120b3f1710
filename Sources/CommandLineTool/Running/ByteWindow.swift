// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import StorageModel

/// A part of an object's bytes, counted from its beginning or, with a negative offset, from its end.
struct ByteWindow: Sendable {
    private static let chunkSize: Int64 = 8 << 20

    var offset: Int64 = 0
    /// The most bytes; nil: to the end.
    var count: Int64?

    /// The bytes meant of an object of `size` bytes.
    func range(of size: Int64) -> Range<Int64> {
        let start = offset < 0 ? max(0, size + offset) : min(offset, size)
        let length = min(count ?? .max, size - start)
        return start..<start + length
    }

    /// Writes the bytes of `entry`, one chunk at a time; all of them from one state of the object.
    /// - Throws: `corrupted` where they are the whole object and do not have the digest that the store gives of it. They are
    ///   written by then: whoever reads them must look at the exit status.
    func write(_ entry: Entry, of backend: any Backend, to sink: ByteSink) async throws {
        let range = range(of: entry.size)
        let expected = range == 0..<entry.size ? Self.digest(of: entry, backend) : nil
        var digester = Digester(expected?.algorithm ?? .crc32)
        let buffer = PartBuffer(capacity: Int(min(Self.chunkSize, Int64(range.count))))
        var position = range.lowerBound
        while position < range.upperBound {
            let chunk = position..<min(position + Self.chunkSize, range.upperBound)
            buffer.reset()
            let options = ReadOptions(
                range: chunk, ifMatch: entry.tag, version: entry.version,
                ifIdentity: entry.fileIdentity == nil ? nil : entry)
            _ = try await backend.read(entry.key, options, into: buffer)
            if expected != nil { buffer.withUnsafeBytes { digester.update($0) } }
            try buffer.withUnsafeBytes { try sink.write($0) }
            position = chunk.upperBound
        }
        try sink.flush()
        guard let expected, digester.finish() != expected.bytes else { return }
        throw StorageError(
            .corrupted, during: .read, at: backend.identity.container, key: entry.key,
            message:
                "what was read does not have the \(expected.algorithm.rawValue) \(expected.hexadecimal) that the store says",
            advice: "do not use what was written; read it again")
    }

    /// What the listing or the look-up said of the whole; nil for files, which say nothing.
    private static func digest(of entry: Entry, _ backend: any Backend) -> Checksum? {
        guard !backend.capabilities.readsAreLocal, backend.capabilities.tagsAreMD5 || !entry.checksums.isEmpty else {
            return nil
        }
        return entry.digest.flatMap { $0.parts == nil ? $0 : nil }
    }
}
