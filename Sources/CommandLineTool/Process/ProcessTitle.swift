// Part of godwit. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#endif

/// The command line as other processes see it (`ps`, `/proc/PID/cmdline`).
enum ProcessTitle {
    /// Overwrites the secrets in it. The process's own copy of its arguments stays as it was.
    ///
    /// `CommandLine.unsafeArgv` is a copy on Linux, so the kernel is asked where the original lies
    /// (`arg_start` and `arg_end`, proc_pid_stat(5)).
    static func wipeSecrets() {
        guard let range = argumentMemory, let start = UnsafeMutablePointer<UInt8>(bitPattern: range.lowerBound) else {
            return
        }
        let memory = UnsafeMutableBufferPointer(start: start, count: range.count)
        let arguments = memory.split(separator: 0, omittingEmptySubsequences: false)
        var previous: [UInt8] = []
        for argument in arguments {
            let bytes = Array(argument)
            for index in SecretSpans.spans(in: bytes, after: previous).joined() {
                memory[argument.startIndex + index] = UInt8(ascii: "x")
            }
            previous = bytes
        }
    }

    private static var argumentMemory: Range<UInt>? {
        let descriptor = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        // The second field is the program's name in parentheses and may hold anything; the rest is numbers.
        guard count > 0, let name = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = buffer[(name + 1)..<count].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        guard fields.count > 46, let start = UInt(String(decoding: fields[45], as: UTF8.self)),
            let end = UInt(String(decoding: fields[46], as: UTF8.self)), start > 0, start < end
        else { return nil }
        return start..<end
    }
}
