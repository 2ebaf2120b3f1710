// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// A file descriptor that is written through a buffer, from any thread.
///
/// The first failure is remembered and told to every later writer, so that output that could not be written is never
/// mistaken for output that was.
final class ByteSink: Sendable {
    /// The reader of a pipe went away; it wants no more, and that is no error of ours.
    struct ReaderGone: Error {}

    private struct State {
        var pending: [UInt8] = []
        /// The `errno` of the first failure.
        var failure: Int32 = 0
    }

    private static let pendingMax = 64 << 10
    private let descriptor: Int32
    private let name: String
    private let isTerminal: Bool
    private let state = Mutex(State())

    /// Writes to `descriptor`, which stays open; `name` says in errors what it is.
    init(descriptor: Int32, name: String, isTerminal: Bool? = nil) {
        self.descriptor = descriptor
        self.name = name
        self.isTerminal = isTerminal ?? Terminal.isTerminal(descriptor)
    }

    /// Adds `bytes`; they reach the descriptor when the buffer is full, or at ``flush()``.
    func write(_ bytes: some Collection<UInt8>) throws {
        try state.withLock { state in
            state.pending.append(contentsOf: bytes)
            if state.pending.count >= Self.pendingMax { drain(&state) }
            try check(state)
        }
    }

    func write(_ text: String) throws { try write(text.utf8) }

    /// Adds a line of text that holds what others named. Programs get it as it is; on a terminal, what could control
    /// that (in names, C1 controls and bidirectional overrides are left) shows as `\u{...}`.
    func line(_ bytes: [UInt8]) throws {
        guard isTerminal else { return try write(bytes + [UInt8(ascii: "\n")]) }
        try write(TerminalText.escaped(String(decoding: bytes, as: UTF8.self)) + "\n")
    }

    /// Adds `bytes` without copying them when they are many.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            if bytes.count < Self.pendingMax {
                state.pending.append(contentsOf: bytes)
            } else {
                drain(&state)
                send(bytes, &state)
            }
            if state.pending.count >= Self.pendingMax { drain(&state) }
            try check(state)
        }
    }

    func flush() throws {
        try state.withLock { state in
            drain(&state)
            try check(state)
        }
    }

    private func drain(_ state: inout State) {
        let pending = state.pending
        state.pending.removeAll(keepingCapacity: true)
        pending.withUnsafeBytes { send($0, &state) }
    }

    private func send(_ bytes: UnsafeRawBufferPointer, _ state: inout State) {
        var rest = bytes[...]
        while state.failure == 0, !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if errno != EINTR {
                state.failure = errno
            }
        }
    }

    private func check(_ state: State) throws {
        guard state.failure != 0 else { return }
        if state.failure == EPIPE { throw ReaderGone() }
        throw StorageError(
            state.failure == ENOSPC ? .outOfSpace : .unexpected, during: .write, at: name,
            message: String(cString: strerror(state.failure)))
    }
}
