// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// Standard error: lines for people, and below them, on a terminal, a block that is redrawn in place.
///
/// Lines and block never mix, whichever thread writes. What cannot be written there is lost: nobody reads it.
final class Console: Sendable {
    private struct State {
        /// The block as it stands on the screen.
        var block: [String] = []
    }

    private let descriptor: Int32
    private let state = Mutex(State())

    init(descriptor: Int32 = STDERR_FILENO) { self.descriptor = descriptor }

    /// Writes `text` and a line break, above the block.
    func line(_ text: String) {
        state.withLock { state in
            send(Self.erasing(state.block) + text + "\n" + Self.drawn(state.block))
        }
    }

    /// Puts `lines` in the place of the block. Each must fit the terminal's width.
    func draw(_ lines: [String]) {
        state.withLock { state in
            send(Self.erasing(state.block) + Self.drawn(lines))
            state.block = lines
        }
    }

    private static func erasing(_ block: [String]) -> String {
        block.isEmpty ? "" : "\u{1b}[\(block.count)A\r\u{1b}[J"
    }

    private static func drawn(_ block: [String]) -> String {
        block.reduce(into: "") { $0 += $1 + "\n" }
    }

    private func send(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
            }
        }
    }
}
