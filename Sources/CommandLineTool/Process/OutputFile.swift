// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// A file that a command writes beside its work: a log, a report.
final class OutputFile: Sendable {
    let sink: ByteSink
    private let descriptor: Int32

    /// Opens `path`, `-` being standard output; an existing file is emptied unless `appends`.
    init(_ path: String, appends: Bool = false) throws(StorageError) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC)
        descriptor = path == "-" ? STDOUT_FILENO : open(path, flags, 0o666)
        guard descriptor >= 0 else {
            throw StorageError(
                .invalidConfiguration, during: .write, at: path, message: String(cString: strerror(errno)))
        }
        sink = ByteSink(descriptor: descriptor, name: path == "-" ? "standard output" : path)
    }

    deinit { if descriptor > STDERR_FILENO { close(descriptor) } }
}
