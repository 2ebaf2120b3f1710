// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Text that is put together piece by piece, in memory that is used again: a signature is made of some fifty pieces, and
/// every request has one.
final class SigningText: @unchecked Sendable {  // safe: whoever took it from ``SigningMemory`` is alone with it
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    /// Bytes written so far.
    private(set) var count = 0

    deinit { memory.deallocate() }

    /// Forgets everything.
    func reset() { count = 0 }

    /// All bytes from `start` on, which are valid until something is appended.
    func bytes(from start: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[start..<count]) }

    /// The text from `start` on.
    func text(from start: Int) -> String { String(decoding: bytes(from: start), as: UTF8.self) }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count += 1
    }

    /// Appends once more what is at `range`.
    func append(again range: Range<Int>) {
        // First: what is copied must not be moved.
        reserve(range.count)
        append(UnsafeRawBufferPointer(rebasing: memory[range]))
    }

    /// Appends two lower-case hexadecimal digits for each byte.
    func append(digitsOf bytes: [UInt8]) {
        reserve(2 * bytes.count)
        for byte in bytes {
            memory[count] = Self.digit(byte >> 4)
            memory[count + 1] = Self.digit(byte & 15)
            count += 2
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + bytes.count]).copyMemory(from: bytes)
        count += bytes.count
    }

    @inline(__always)
    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    private func reserve(_ more: Int) {
        guard count + more > memory.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * (count + more), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        memory.deallocate()
        memory = larger
    }
}
