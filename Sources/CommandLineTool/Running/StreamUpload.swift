// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Writes an object whose size is known only at its end.
///
/// What fits one part is a single write. More goes in parts, a few in flight at once, so memory stays flat; nothing is
/// visible before the end of the input, and nothing is left behind when that is not reached.
struct StreamUpload: Sendable {
    static let partSize: Int64 = 8 << 20
    static let memoryMax: Int64 = 64 << 20

    let backend: any Backend
    let key: ObjectKey
    var partSize = Self.partSize
    /// Parts on their way at once, beside the one that is read.
    var partsInFlight = Self.partsInFlight(Self.partSize, memoryMax: Self.memoryMax, asked: nil)
    var options = WriteOptions()
    let notice: @Sendable (String) -> Void

    /// As many as `memoryMax` holds beside the one that is read, or fewer where fewer are `asked` for; at least one.
    static func partsInFlight(_ partSize: Int64, memoryMax: Int64, asked: Int?) -> Int {
        max(min(Int(clamping: memoryMax / max(partSize, 1)) - 1, asked ?? .max), 1)
    }

    /// - Returns: the bytes written.
    func run(_ input: StandardInput) async throws -> Int64 {
        let first = PartBuffer(capacity: Int(partSize))
        try await input.fill(first)
        guard first.count == first.capacity else {
            _ = try await backend.write(first, to: key, options)
            return Int64(first.count)
        }
        let upload = try await backend.beginUpload(to: key, size: -1, partSize: partSize, options)
        if upload.mayHaveTwin {
            notice(
                "an unfinished upload may stay at \(backend.identity.container), since an answer was lost; "
                    + "`cleanup` removes it")
        }
        do {
            let parts = try await send(first, input, upload)
            _ = try await upload.complete(parts, expected: nil)
            return parts.reduce(0) { $0 + $1.size }
        } catch {
            // A task of its own: this one may be cancelled, and the abort must still be sent.
            await Task { try? await upload.abort() }.value
            throw error
        }
    }

    private func send(
        _ first: PartBuffer, _ input: StandardInput, _ upload: any UploadSession
    ) async throws -> [PartReceipt] {
        try await withThrowingTaskGroup(of: PartReceipt.self) { group in
            var receipts: [PartReceipt] = []
            var next = first, number = 1, offset: Int64 = 0
            while next.count > 0 {
                let (part, index, start) = (next, number, offset)
                group.addTask { try await upload.upload(index, at: start, part) }
                number += 1
                offset += Int64(part.count)
                if part.count < part.capacity { break }
                if number > partsInFlight, let receipt = try await group.next() { receipts.append(receipt) }
                next = PartBuffer(capacity: Int(partSize))
                try await input.fill(next)
            }
            for try await receipt in group { receipts.append(receipt) }
            return receipts.sorted { $0.number < $1.number }
        }
    }
}
