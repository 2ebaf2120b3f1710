// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
import StorageModel
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A file under a temporary name beside its target, until it is renamed into place or removed.
///
/// One owner ends it, by ``publish(modified:isNew:)`` or ``discard()``, when no write is under way any more.
final class TemporaryFile: Sendable {
    let path: LocalPath
    private let target: LocalPath
    private let root: LocalRoot
    private let parent: DirectoryHandle
    private let descriptor: Int32
    private let state = Atomic<State>(.open)

    private enum State: UInt8, AtomicRepresentable { case open, closed, ended }

    /// Makes the file, and the directories above it where they are missing.
    init(beside target: LocalPath, named name: [UInt8], root: LocalRoot, createsRoot: Bool) throws(SystemError) {
        self.target = target
        self.root = root
        path = target.sibling(name)
        var attempt = 0
        while true {
            let parent = try root.madeDirectory(target.parent, createsRoot: createsRoot)
            do {
                // The mode is that of any new file: the kernel takes the umask off.
                let file = try root.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o666)
                self.parent = parent
                descriptor = file.release()
                return
            } catch {
                // The directory that was kept open is no longer the one at the path.
                guard error == .notFound, attempt < 8 else { throw error }
            }
            attempt += 1
            if target.parent.isEmpty { root.forget() } else { root.forgetDirectory(target.parent) }
        }
    }

    deinit { discard() }

    /// Reserves room for `size` bytes, so that a full disk shows before they are sent.
    func reserve(_ size: Int64) throws(SystemError) {
        if size > 0 { _ = try kernelCall { godwit_fallocate(descriptor, size) } }
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            done += try systemCall { pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done)) }
        }
    }

    /// Reads up to `room.count` bytes at `offset`.
    func read(into room: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        try systemCall { pread(descriptor, room.baseAddress, room.count, off_t(offset)) }
    }

    /// Sets the modification time and gives the file its name; `EEXIST` when that is taken and must be new.
    ///
    /// `looksAgain` finds the directory anew: in the time that a large file takes, it may have been moved away.
    func publish(modified: Timestamp?, isNew: Bool, looksAgain: Bool) throws(SystemError) -> FileStatus? {
        var status: FileStatus?
        if let modified {
            let times = [timespec(tv_sec: 0, tv_nsec: LocalBackend.omitTime), modified.raw]
            _ = try systemCall { futimens(descriptor, times) }
        } else {
            var raw = stat()
            _ = try systemCall { fstat(descriptor, &raw) }
            status = FileStatus(raw)
        }
        // Late errors of a network file system come with close, so it is closed before it becomes visible.
        state.store(.closed, ordering: .relaxed)
        if close(descriptor) < 0, errno != EINTR { throw SystemError(errno) }
        do {
            try rename(in: looksAgain ? root.directoryNow(target.parent) : parent, isNew: isNew)
        } catch {
            // Made by its whole path, the file is not in the directory that was kept open: that one was moved away.
            guard error == .notFound, !looksAgain else { throw error }
            root.forgetDirectory(target.parent)
            try rename(in: root.directoryNow(target.parent), isNew: isNew)
        }
        state.store(.ended, ordering: .relaxed)
        return status
    }

    /// Removes the file unless it was published. A second call does nothing.
    func discard() {
        let was = state.exchange(.ended, ordering: .relaxed)
        if was == .open { close(descriptor) }
        guard was != .ended, path.withName({ unlinkat(parent.raw, $0, 0) }) < 0,
            let now = try? root.directoryNow(path.parent)
        else { return }
        _ = path.withName { unlinkat(now.raw, $0, 0) }
    }

    private func rename(in directory: DirectoryHandle, isNew: Bool) throws(SystemError) {
        try path.withName { (from: UnsafePointer<CChar>) throws(SystemError) in
            try target.withName { (to: UnsafePointer<CChar>) throws(SystemError) in
                try root.rename(from, to, in: directory, isNew: isNew)
            }
        }
    }
}
