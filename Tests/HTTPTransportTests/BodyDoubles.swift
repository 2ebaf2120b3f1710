// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Synchronization

/// `size` bytes whose period, 251, divides no buffer's size.
func pattern(_ size: Int) -> [UInt8] {
    let block = (0..<251).map { UInt8($0) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 251)
    while bytes.count < size { bytes += block }
    bytes.removeLast(bytes.count - size)
    return bytes
}

/// A body from memory in small pieces.
final class ArraySource: HTTPBodySource {
    private let bytes: [UInt8]
    private let piece: Int
    private let offset = Atomic<Int>(0)

    init(_ bytes: [UInt8], piece: Int = 10_000) {
        self.bytes = bytes
        self.piece = piece
    }

    func attach(_ resume: @escaping @Sendable () -> Void) {}

    func rewind() -> Bool {
        offset.store(0, ordering: .relaxed)
        return true
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> HTTPBodyPull {
        let start = offset.load(ordering: .relaxed)
        let count = min(buffer.count, bytes.count - start, piece)
        buffer.copyBytes(from: bytes[start..<start + count])
        offset.store(start + count, ordering: .relaxed)
        return .bytes(count)
    }
}

/// Hands pieces from one side to the other, at most `capacity` bytes in between: source of one request, sink of
/// another.
final class BytePipe: HTTPBodySource, HTTPBodySink {
    private struct State {
        var bytes: [UInt8] = []
        var isWaitingToRead = false
        var isWaitingToWrite = false
        var resumeReader: (@Sendable () -> Void)?
        var resumeWriter: (@Sendable () -> Void)?
        var waits = 0
        var most = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// How often a side had to wait, and the most bytes held.
    var waits: Int { state.withLock { $0.waits } }
    var most: Int { state.withLock { $0.most } }

    func attach(_ resume: @escaping @Sendable () -> Void) {
        state.withLock { state in
            if state.resumeWriter == nil { state.resumeWriter = resume } else { state.resumeReader = resume }
        }
    }

    /// What went through is gone.
    func rewind() -> Bool { false }

    func receive(_ bytes: UnsafeRawBufferPointer) -> HTTPBodyPush {
        let (push, resume) = state.withLock { state -> (HTTPBodyPush, (@Sendable () -> Void)?) in
            guard state.bytes.isEmpty || state.bytes.count + bytes.count <= capacity else {
                state.isWaitingToWrite = true
                state.waits += 1
                return (.wait, nil)
            }
            state.bytes.append(contentsOf: bytes)
            state.most = max(state.most, state.bytes.count)
            defer { state.isWaitingToRead = false }
            return (.taken, state.isWaitingToRead ? state.resumeReader : nil)
        }
        resume?()
        return push
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> HTTPBodyPull {
        let (pull, resume) = state.withLock { state -> (HTTPBodyPull, (@Sendable () -> Void)?) in
            guard !state.bytes.isEmpty else {
                state.isWaitingToRead = true
                state.waits += 1
                return (.wait, nil)
            }
            let count = min(buffer.count, state.bytes.count)
            buffer.copyBytes(from: state.bytes[0..<count])
            state.bytes.removeFirst(count)
            defer { state.isWaitingToWrite = false }
            return (.bytes(count), state.isWaitingToWrite ? state.resumeWriter : nil)
        }
        resume?()
        return pull
    }
}

/// Answers each call with what a closure says, and lets a test resume the transfer.
final class ScriptedBody: HTTPBodySource, HTTPBodySink {
    private let onRead: @Sendable (UnsafeMutableRawBufferPointer) -> HTTPBodyPull
    private let onReceive: @Sendable (UnsafeRawBufferPointer) -> HTTPBodyPush
    private let resumption = Mutex<(@Sendable () -> Void)?>(nil)

    init(
        read: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> HTTPBodyPull = { _ in .wait },
        receive: @escaping @Sendable (UnsafeRawBufferPointer) -> HTTPBodyPush = { _ in .wait }
    ) {
        onRead = read
        onReceive = receive
    }

    func resume() { resumption.withLock { $0 }?() }
    func attach(_ resume: @escaping @Sendable () -> Void) { resumption.withLock { $0 = resume } }
    func rewind() -> Bool { false }
    func read(into buffer: UnsafeMutableRawBufferPointer) -> HTTPBodyPull { onRead(buffer) }
    func receive(_ bytes: UnsafeRawBufferPointer) -> HTTPBodyPush { onReceive(bytes) }
}
