// Part of godwit. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#endif

/// An open file that is read and written at offsets: neither a signal nor a call that does less than was asked for cuts
/// anything off.
struct OpenFile: Sendable {
    /// Why a call failed.
    struct Failure: Error {
        let code: Int32

        var message: String { String(cString: strerror(code)) }
        var isForWantOfRoom: Bool { code == ENOSPC || code == EDQUOT }

        /// The last call's.
        static var last: Failure { Failure(code: errno) }
    }

    let descriptor: Int32

    /// Writes `bytes` at `offset`, all of them.
    func write(_ bytes: [UInt8], at offset: Int64) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure.last }
            done += count
        }
    }

    /// At most `count` bytes from `offset`, fewer at the end of the file.
    func read(_ count: Int, at offset: Int64) throws(Failure) -> [UInt8] {
        var failure: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = Failure.last }
                if got <= 0 { return }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
