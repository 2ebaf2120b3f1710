// Part of godwit. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#endif

/// The beginning of a file, for those that hold a few lines.
enum SmallFile {
    static let bytesMax = 4096

    /// Nil when the file cannot be read. What is not UTF-8 becomes U+FFFD.
    static func text(at path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return text(of: file)
    }

    static func text(of file: Int32) -> String? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, filled in
            while count < bytesMax {
                let result = pread(file, buffer.baseAddress.map { $0 + count }, bytesMax - count, off_t(count))
                if result > 0 {
                    count += result
                } else if result == 0 || errno != EINTR {
                    if result < 0, count == 0 { count = -1 }
                    break
                }
            }
            filled = max(count, 0)
        }
        return count < 0 ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
