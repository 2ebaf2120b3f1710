// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// What the system answered to a call that failed.
struct SystemError: Error, Equatable {
    let code: Int32

    init(_ code: Int32) { self.code = code }

    static let notFound = SystemError(ENOENT)

    /// Whether the path, or a directory on the way to it, is not there.
    var isAbsent: Bool { code == ENOENT || code == ENOTDIR }

    var text: String {
        // strerror keeps its text in thread-local storage in every C library that this runs on.
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    var kind: StorageError.Kind {
        switch code {
        case ENOENT: .notFound
        case EACCES, EPERM, EROFS: .permissionDenied
        case ENOSPC, EDQUOT, EFBIG: .outOfSpace
        case EEXIST, EISDIR, ENOTEMPTY: .alreadyExists
        case ENAMETOOLONG, EINVAL, EILSEQ, ELOOP, EXDEV, ENOTDIR: .invalidKey
        case ETIMEDOUT: .timedOut
        default: .unexpected
        }
    }

    var disposition: StorageError.Disposition {
        switch code {
        case EMFILE, ENFILE, EAGAIN, EBUSY, ENOMEM, ETIMEDOUT, ESTALE: .transient(retryAfter: nil)
        default: .permanent
        }
    }

    var advice: String? {
        switch code {
        case ENOSPC, EDQUOT: "free some space on the target and run again"
        case EACCES, EPERM: "check the owner and the permissions of the file and of the directories above it"
        case EROFS: "the file system is mounted read-only"
        case EIO: "a disk or a network file system failed; the log of the system (dmesg) says more"
        case EMFILE: "raise the limit of open files (ulimit -n)"
        default: nil
        }
    }
}

/// The result of a C call as its non-negative value or its error; a call that a signal broke is made again.
///
/// `body` gives -1 and `errno`, as the C library does.
func systemCall<R: SignedInteger>(_ body: () -> R) throws(SystemError) -> R {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw SystemError(code) }
    }
}

/// As ``systemCall(_:)``, for the calls of CLinux, which give the negated error.
func kernelCall<R: SignedInteger>(_ body: () -> R) throws(SystemError) -> R {
    while true {
        let result = body()
        if result >= 0 { return result }
        if result != -R(EINTR) { throw SystemError(Int32(-result)) }
    }
}
