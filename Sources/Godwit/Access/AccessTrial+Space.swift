// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

extension AccessTrial {
    /// Whether the file system of a local target has room for `wanted` bytes.
    mutating func findSpace(for wanted: Int64) throws(StorageError) {
        guard !isOver else { return }
        let path = backend.identity.container
        var status = statvfs()
        guard statvfs(path, &status) == 0 else {
            let code = errno
            return refuse(
                "find space",
                StorageError(
                    code == EACCES ? .permissionDenied : .unexpected, during: .stat, at: path,
                    message: String(cString: strerror(code))), [])
        }
        let free = Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).0)
        guard free < max(wanted, 1) else {
            return report(AccessFinding(side: side, trial: "find space", verdict: .allowed))
        }
        refuse(
            "find space",
            StorageError(
                .outOfSpace, during: .write, at: path,
                message: "\(free) bytes are free" + (wanted > 0 ? ", and \(wanted) or more are to come" : ""),
                advice: "make room, or name a directory on another file system"), [])
    }
}
