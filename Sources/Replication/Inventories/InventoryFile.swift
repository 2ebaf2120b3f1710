// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Compression
import Digests
import StorageModel

/// A file of an inventory that is being read: compressed rows, of which one piece is in memory.
final class InventoryFile {
    /// Bytes of one read.
    private static let pieceMax: Int64 = 4 << 20
    /// Bytes of rows at a time.
    private static let textMax = 256 << 10

    private let file: InventoryManifest.File
    private let entry: Entry
    private let backend: any Backend
    private var offset: Int64 = 0
    private var input: ArraySlice<UInt8> = []
    private var digester = Digester(.md5)
    private var decompressor = GzipDecompressor()
    private var rows = CSVRows()

    /// - Throws: `corrupted` where `entry` is not as long as the manifest says.
    init(_ file: InventoryManifest.File, at entry: Entry, of backend: any Backend) throws(StorageError) {
        (self.file, self.entry, self.backend) = (file, entry, backend)
        guard entry.size == file.size else {
            throw damaged("it has \(entry.size) bytes, and the manifest says \(file.size)")
        }
    }

    /// Gives some rows, perhaps none; false after the last.
    /// - Throws: `corrupted` where the file is not what the manifest says, besides what reading throws.
    func read(_ take: (CSVRows.Row) -> Void) async throws(StorageError) -> Bool {
        if input.isEmpty { try await fill() }
        do throws(CompressionError) {
            let text = try decompressor.read(Self.textMax, from: &input)
            rows.append(text, take)
            guard text.isEmpty, input.isEmpty, offset == entry.size else { return true }
            try decompressor.finish()
        } catch {
            throw damaged(error.message)
        }
        let found = Checksum(.md5, digester.finish())
        guard found == file.digest else {
            throw damaged("its MD5 is \(found.hexadecimal), and the manifest says \(file.digest.hexadecimal)")
        }
        rows.finish(take)
        return false
    }

    private func fill() async throws(StorageError) {
        guard offset < entry.size else { return }
        let end = min(offset + Self.pieceMax, entry.size)
        let buffer = PartBuffer(capacity: Int(end - offset))
        _ = try await backend.read(
            entry.key, ReadOptions(range: offset..<end, ifMatch: entry.tag, wantsChecksums: false), into: buffer)
        let bytes = buffer.array
        bytes.withUnsafeBytes { digester.update($0) }
        (input, offset) = (bytes[...], end)
    }

    private func damaged(_ message: String) -> StorageError {
        StorageError(
            .corrupted, during: .read, at: backend.identity.container, key: file.key,
            message: "a file of the inventory is damaged: \(message)", advice: "take another inventory")
    }
}
