// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
public import StorageModel

/// Reads a plan, which is proven whole before anything of it is believed.
public final class PlanReader: Sendable {
    public let header: PlanHeader
    private let file: NamedFile
    /// Where the first block of changes begins.
    private let start: Int64

    /// - Throws: `invalidConfiguration` for a file that is no plan, of another version, cut off, or changed since it was
    ///   made.
    public init(_ path: String) throws(StorageError) {
        guard let file = NamedFile.existing(path) else {
            throw StorageError(
                .invalidConfiguration, during: .read, at: path, message: "there is no such plan that can be read")
        }
        self.file = file
        let head = try Self.read(PlanFormat.magic.count + 4, at: 0, of: file)
        guard head.starts(with: PlanFormat.magic) else { throw PlanFormat.damaged(path, "it does not begin like one") }
        var cursor = ByteCursor(Array(head[PlanFormat.magic.count...]))
        let version = cursor.fixed32()
        guard version == PlanFormat.version else {
            throw StorageError(
                .invalidConfiguration, during: .read, at: path,
                message: "the plan is of version \(version), this program reads version \(PlanFormat.version)",
                advice: "make the plan again")
        }
        try Self.prove(file)
        guard let (content, next) = try Self.block(at: Int64(head.count), of: file),
            let header = PlanHeader(content)
        else { throw PlanFormat.damaged(path, "its header is missing") }
        self.header = header
        start = next
    }

    /// Changes, a block at a time, from the first.
    public func changes() -> Changes { Changes(file: file, offset: start) }

    public struct Changes: Sendable {
        fileprivate let file: NamedFile
        fileprivate var offset: Int64

        /// The next changes; nil after the last.
        public mutating func next() throws(StorageError) -> [PlannedChange]? {
            guard let (content, next) = try PlanReader.block(at: offset, of: file) else { return nil }
            offset = next
            var cursor = ByteCursor(content)
            var changes: [PlannedChange] = []
            while !cursor.isAtEnd { changes.append(PlannedChange(&cursor)) }
            return changes
        }
    }

    /// Makes sure that the file ends with the digest of all before.
    private static func prove(_ file: NamedFile) throws(StorageError) {
        let size = file.size - Int64(PlanFormat.digestSize)
        guard size > 0 else { throw PlanFormat.damaged(file.path, "it is cut off") }
        var digester = Digester(.sha256)
        var offset: Int64 = 0
        while offset < size {
            let bytes = try read(Int(min(1 << 20, size - offset)), at: offset, of: file)
            bytes.withUnsafeBytes { digester.update($0) }
            offset += Int64(bytes.count)
        }
        guard digester.finish() == (try read(PlanFormat.digestSize, at: size, of: file)) else {
            throw PlanFormat.damaged(file.path, "it is cut off, or was changed since it was made")
        }
    }

    /// The content of the block at `offset`, and where the next one begins; nil for the last.
    fileprivate static func block(
        at offset: Int64, of file: NamedFile
    ) throws(StorageError) -> (content: [UInt8], next: Int64)? {
        var cursor = ByteCursor(try read(8, at: offset, of: file))
        let packed = Int(cursor.fixed32()), count = Int(cursor.fixed32())
        if packed == 0 { return nil }
        guard max(packed, count) <= PlanFormat.blockMax else {
            throw PlanFormat.damaged(file.path, "a block is too large")
        }
        let bytes = try read(packed, at: offset + 8, of: file)
        return (try BlockUnpacker.unpacked(bytes, count: count), offset + 8 + Int64(packed))
    }

    private static func read(_ count: Int, at offset: Int64, of file: NamedFile) throws(StorageError) -> [UInt8] {
        guard let bytes = try? file.read(count, at: offset), bytes.count == count else {
            throw PlanFormat.damaged(file.path, "it is cut off")
        }
        return bytes
    }
}
