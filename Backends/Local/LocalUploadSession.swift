// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel
internal import Synchronization

/// A large file written in parts, in any order, under a temporary name or in place.
///
/// `expected` at ``complete(_:expected:)`` is checked by reading the file back. A caller who has digested the parts as
/// they came passes nil.
final class LocalUploadSession: UploadSession {
    let token: String
    /// Of every part that is written, for ``verified(_:)``.
    private static let algorithm = ChecksumAlgorithm.crc64nvme

    private let backend: LocalBackend
    private let file: PendingFile
    private let key: ObjectKey
    /// -1: not known before the end.
    private let size: Int64
    private let partSize: Int64
    private let options: WriteOptions
    private let state = Mutex(State())
    /// One writer at a time: the kernel lets no more into a file, and has the others spin for it.
    private let writing = Mutex(())

    private struct State {
        var parts: [Int: Part] = [:]
        /// Parts being written now.
        var writing = 0
        var isEnded = false
        /// What becomes of the file when the last of the parts is written that were under way at the end.
        var end: End?
    }

    private enum End { case suspended, aborted }

    private struct Part: Equatable {
        var offset: Int64
        var size: Int64
    }

    init(
        backend: LocalBackend, file: PendingFile, key: ObjectKey, size: Int64, partSize: Int64, options: WriteOptions
    ) {
        self.backend = backend
        self.file = file
        self.key = key.detached()
        self.size = size
        self.partSize = partSize
        self.options = options
        token = String(decoding: file.path.bytes.dropLast(), as: UTF8.self)
    }

    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        try backend.checkCancelled(.upload, key)
        let length = Int64(part.count)
        guard number >= 1, offset >= 0, size < 0 || offset + length <= size else {
            throw error(.unexpected, "part \(number) at \(offset) is beyond the \(size) bytes that were announced")
        }
        try begin()
        let (backend, file, key, options) = (backend, file, key, options)
        defer { end() }
        let checksums = try await backend.contentPool.run { () throws(StorageError) in
            try backend.attempt(.upload, key) {
                try part.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(SystemError) in
                    try self.writing.withLock { _ throws(SystemError) in try file.write(bytes, at: offset) }
                    return options.digestsParts ? [Digest.checksum(of: bytes, Self.algorithm)] : []
                }
            }
        }
        state.withLock { $0.parts[number] = Part(offset: offset, size: length) }
        return PartReceipt(number: number, size: length, checksums: checksums)
    }

    func copy(
        _ number: Int, from source: CopySource, range: Range<Int64>
    ) async throws(StorageError) -> PartReceipt {
        throw error(.unsupported, "files are copied through buffers")
    }

    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        try begin()
        defer { end() }
        var verified = [PartReceipt](), numbers = Set<Int>()
        for receipt in parts where !numbers.contains(receipt.number) {
            try backend.checkCancelled(.upload, key)
            guard let place = place(of: receipt) else { continue }
            let isThere = try await backend.contentPool.run { [self] () throws(StorageError) in
                try backend.attempt(.upload, key) { try holds(receipt, at: place) }
            }
            guard isThere else { continue }
            state.withLock { $0.parts[receipt.number] = place }
            numbers.insert(receipt.number)
            verified.append(receipt)
        }
        return verified
    }

    /// Where an earlier process wrote the part, if it can have been one of this upload.
    private func place(of receipt: PartReceipt) -> Part? {
        guard receipt.number >= 1, receipt.size > 0, receipt.size <= partSize else { return nil }
        let (offset, isTooFar) = (Int64(receipt.number) - 1).multipliedReportingOverflow(by: partSize)
        guard !isTooFar, size < 0 || offset < size && receipt.size == min(partSize, size - offset) else { return nil }
        return Part(offset: offset, size: receipt.size)
    }

    /// Whether the file has the bytes that the receipt was given for.
    private func holds(_ receipt: PartReceipt, at place: Part) throws -> Bool {
        guard receipt.checksums.map(\.algorithm) == [Self.algorithm],
            try file.status().size - place.size >= place.offset
        else { return false }
        let checksum = Checksum(Self.algorithm, try digest(place, Self.algorithm))
        return receipt == PartReceipt(number: receipt.number, size: place.size, checksums: [checksum])
    }

    func suspend() async { finish(.suspended) }

    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        try backend.checkCancelled(.upload, key)
        let layout = try layout(of: parts)
        return try await backend.contentPool.run { [self] () throws(StorageError) in
            if let expected { try prove(expected, layout) }
            let isFree = state.withLock { state in
                guard !state.isEnded, state.writing == 0 else { return false }
                state.isEnded = true
                return true
            }
            guard isFree else { throw error(.unexpected, "the upload has ended, or parts are still being written") }
            do throws(StorageError) {
                return try backend.publish(file, key, size: Self.size(layout), options, .upload)
            } catch {
                file.discard()
                throw error
            }
        }
    }

    func abort() async throws(StorageError) { finish(.aborted) }

    private func finish(_ end: End) {
        let isFree = state.withLock { state in
            guard !state.isEnded else { return false }
            state.isEnded = true
            state.end = end
            return state.writing == 0
        }
        if isFree { letGo(end) }
    }

    private func letGo(_ end: End) {
        switch end {
        case .suspended: file.suspend()
        case .aborted: file.discard()
        }
    }

    private func begin() throws(StorageError) {
        let isOpen = state.withLock { state in
            if !state.isEnded { state.writing += 1 }
            return !state.isEnded
        }
        guard isOpen else { throw error(.notFound, "the upload was completed, suspended or aborted") }
    }

    private func end() {
        let end = state.withLock { state in
            state.writing -= 1
            return state.writing == 0 ? state.end : nil
        }
        if let end { letGo(end) }
    }

    /// The parts' places, which must be what was written and fill the file without a gap.
    private func layout(of receipts: [PartReceipt]) throws(StorageError) -> [Part] {
        let written = state.withLock { $0.parts }
        var layout = [Part]()
        var position: Int64 = 0
        for receipt in receipts {
            guard let part = written[receipt.number], part.size == receipt.size, part.offset == position else {
                throw error(.unexpected, "part \(receipt.number) was not written, or not where it belongs")
            }
            layout.append(part)
            position += part.size
        }
        guard size < 0 || position == size, layout.count == written.count else {
            throw error(.unexpected, "the parts have \(position) bytes of \(size)")
        }
        return layout
    }

    private static func size(_ layout: [Part]) -> Int64 { layout.reduce(0) { $0 + $1.size } }

    /// Reads the file back and compares its digest, or that of its parts' digests.
    private func prove(_ expected: Checksum, _ layout: [Part]) throws(StorageError) {
        let pieces = expected.parts == nil ? [Part(offset: 0, size: Self.size(layout))] : layout
        let digests = try backend.attempt(.upload, key) { try pieces.map { try digest($0, expected.algorithm) } }
        let actual =
            expected.parts == nil
            ? Checksum(expected.algorithm, digests[0]) : Digest.composite(digests, expected.algorithm)
        guard actual == expected else { throw backend.corrupted(expected, .upload, key) }
    }

    private func digest(_ part: Part, _ algorithm: ChecksumAlgorithm) throws -> [UInt8] {
        var digester = Digester(algorithm)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { room.deallocate() }
        var done: Int64 = 0
        while done < part.size {
            let wanted = UnsafeMutableRawBufferPointer(rebasing: room[..<Int(min(part.size - done, 1 << 18))])
            let count = try file.read(into: wanted, at: part.offset + done)
            guard count > 0 else { throw error(.corrupted, "the file shrank while it was read back") }
            digester.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
            done += Int64(count)
        }
        return digester.finish()
    }

    private func error(_ kind: StorageError.Kind, _ message: String) -> StorageError {
        StorageError(kind, during: .upload, at: backend.root.path, key: key, message: message)
    }
}
