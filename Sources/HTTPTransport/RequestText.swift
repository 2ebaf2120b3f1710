// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

/// The header lines of one request as libcurl takes them, and a small body, in memory that is used again.
///
/// libcurl reads the list and copies nothing, so the lines and their nodes stay in place until the exchange is over.
final class RequestText {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    private var nodes = UnsafeMutableBufferPointer<curl_slist>.allocate(capacity: 24)
    private var used = 0
    private var lines = 0

    deinit {
        memory.deallocate()
        nodes.deallocate()
    }

    /// Forgets everything and makes room for what comes, so that nothing moves afterwards.
    func reset(bytes: Int, lines capacity: Int) {
        used = 0
        lines = 0
        if memory.count < bytes {
            memory.deallocate()
            memory = .allocate(byteCount: max(bytes, 2 * memory.count), alignment: 16)
        }
        if nodes.count < capacity {
            nodes.deallocate()
            nodes = .allocate(capacity: 2 * capacity)
        }
    }

    /// The list of the lines added so far; nil: there is none.
    var list: UnsafeMutablePointer<curl_slist>? { lines == 0 ? nil : nodes.baseAddress }

    /// Adds `Name: value`; false, and nothing is added, when a byte of it would end the name or the line.
    func addHeader(_ name: String, _ value: String) -> Bool {
        guard !name.isEmpty else { return false }
        let start = used
        append(name)
        guard !holds(from: start, UInt8(ascii: ":")) else {
            used = start
            return false
        }
        // libcurl sends "Name;" as a header without a value, and takes a blank one as the wish to send none.
        if value.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
            append(";")
        } else {
            append(": ")
            append(value)
        }
        if holds(from: start, 0) || holds(from: start, 10) || holds(from: start, 13) {
            used = start
            return false
        }
        endLine(start)
        return true
    }

    /// Whether `byte` is among those from `start` on.
    private func holds(from start: Int, _ byte: UInt8) -> Bool {
        memory.baseAddress.flatMap { memchr($0 + start, Int32(byte), used - start) } != nil
    }

    /// Keeps libcurl from adding a header of its own. `line` is `Name:`.
    func suppress(_ line: StaticString) {
        let start = used
        line.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
        endLine(start)
    }

    /// Copies a body of at most the bytes announced to ``reset(bytes:lines:)`` and returns where it lies.
    func addBody(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer? {
        let start = used
        append(bytes)
        return memory.baseAddress.map { $0 + start }
    }

    private func append(_ text: String) {
        let copied: Void? = text.utf8.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
        if copied == nil { Array(text.utf8).withUnsafeBytes { append($0) } }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[used..<used + bytes.count]).copyMemory(from: bytes)
        used += bytes.count
    }

    private func endLine(_ start: Int) {
        memory[used] = 0
        used += 1
        let line = memory.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
        nodes[lines] = curl_slist(data: line, next: nil)
        if lines > 0, let first = nodes.baseAddress { nodes[lines - 1].next = first + lines }
        lines += 1
    }
}
