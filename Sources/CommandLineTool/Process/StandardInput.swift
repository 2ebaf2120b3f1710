// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// The data that comes in at descriptor 0.
struct StandardInput: Sendable {
    /// How often a wait for data looks whether the task was cancelled, in milliseconds.
    private static let waitMilliseconds: Int32 = 100

    /// Fills `buffer` to its capacity, or with what is left.
    func fill(_ buffer: PartBuffer) async throws {
        while buffer.count < buffer.capacity {
            try Task.checkCancellation()
            var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Self.waitMilliseconds) != 0 else {
                await Task.yield()
                continue
            }
            var status = 0
            _ = buffer.fill(upTo: buffer.capacity) { memory in
                status = read(STDIN_FILENO, memory.baseAddress, memory.count)
                return max(0, status)
            }
            if status == 0 { return }
            guard status > 0 || errno == EINTR || errno == EAGAIN else {
                throw StorageError(
                    .unexpected, during: .read, at: "standard input", message: String(cString: strerror(errno)))
            }
        }
    }
}
