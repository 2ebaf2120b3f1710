// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
import StorageModel
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A file that is being written: under a temporary name beside its target until it is renamed into place or removed, or
/// the target itself, in place.
///
/// One owner ends it, by ``publish(modified:isNew:replacing:isLarge:cutTo:)``, ``suspend()`` or ``discard()``, when no write is
/// under way any more.
final class PendingFile: Sendable {
    /// Where it is while it is written.
    let path: LocalPath
    let isInPlace: Bool
    private let target: LocalPath
    private let root: LocalRoot
    private let parent: DirectoryHandle
    private let descriptor: Int32
    private let state = Atomic<State>(.open)

    private enum State: UInt8, AtomicRepresentable { case open, closed, ended }

    private static let openFlags = O_RDWR | O_NONBLOCK | O_NOCTTY

    /// Makes the file under a temporary name, and the directories above it where they are missing.
    init(beside target: LocalPath, named name: [UInt8], root: LocalRoot, createsRoot: Bool) throws(SystemError) {
        self.target = target
        self.root = root
        isInPlace = false
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

    /// Opens the file that an earlier process left under a temporary name beside `target`. `ENOENT` unless it is a regular
    /// file of ours under this name alone.
    init(at path: LocalPath, beside target: LocalPath, root: LocalRoot) throws(SystemError) {
        let file = try root.open(path, Self.openFlags)
        let status = try file.status()
        guard status.kind == .file, status.links == 1, status.owner == geteuid() else { throw SystemError.notFound }
        self.target = target
        self.root = root
        self.path = path
        isInPlace = false
        parent = try root.directory(path.parent)
        descriptor = file.release()
    }

    /// Opens what is at `target`, to be written over. Nil where it has to be replaced instead: it cannot be opened, is a
    /// link or no regular file, or has other names, which keep what it holds.
    init?(inPlace target: LocalPath, root: LocalRoot) {
        do throws(SystemError) {
            let file = try root.open(target, Self.openFlags)
            let status = try file.status()
            guard status.kind == .file, status.links == 1 else { return nil }
            parent = try root.directory(target.parent)
            descriptor = file.release()
        } catch {
            return nil
        }
        self.target = target
        self.root = root
        path = target
        isInPlace = true
    }

    deinit { discard() }

    /// Reserves room for `size` bytes, so that a full disk shows before they are sent.
    ///
    /// What is written in place never has the size that it will have: until it is whole, nobody who compares sizes takes
    /// it for the new file.
    func reserve(_ size: Int64) throws(SystemError) {
        let before = isInPlace ? try status().size : 0
        do throws(SystemError) {
            if size > 0 { try allocate(size) }
            if isInPlace, try status().size <= size { try cut(to: size + 1) }
        } catch {
            if isInPlace { try cut(to: before) }
            throw error
        }
    }

    private func allocate(_ size: Int64) throws(SystemError) {
        // Where files are pages of memory, to reserve them costs as much as to write them; a look at what is free will do.
        let room = godwit_memory_room(descriptor)
        guard room < 0 else {
            if room < size { throw SystemError(ENOSPC) }
            return
        }
        _ = try kernelCall { godwit_fallocate(descriptor, size) }
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

    func status() throws(SystemError) -> FileStatus {
        var raw = stat()
        _ = try systemCall { fstat(descriptor, &raw) }
        return FileStatus(raw)
    }

    /// Gives the file what an object carries, as extended attributes.
    func setAttributes(_ metadata: ObjectMetadata) throws(SystemError) {
        try ExtendedAttributes.write(metadata, to: descriptor, replaces: isInPlace)
    }

    func setPermissions(_ metadata: ObjectMetadata) throws(SystemError) {
        try FilePermissions.apply(metadata, to: descriptor)
    }

    /// Sets the modification time and gives the file its name; `EEXIST` when that is taken and must be new, `ESTALE` when
    /// what was written in place is no longer there, or what is replaced is not `replacing` any more.
    ///
    /// `isLarge`: room was reserved, and its directory may have been moved away in the time that it took. `cutTo`: the
    /// bytes of the whole, where the file may have others behind them.
    func publish(
        modified: Timestamp?, isNew: Bool, replacing: FileIdentity? = nil, isLarge: Bool, cutTo size: Int64?
    ) throws(SystemError) -> FileStatus? {
        // Its size and its time say that a file is whole, so they must not survive a power cut without its bytes. Where
        // nothing was reserved or overwritten, the size comes to the disk with the bytes.
        if isLarge || isInPlace { _ = try systemCall { fdatasync(descriptor) } }
        if let size, try status().size != size { try cut(to: size) }
        var status: FileStatus?
        if let modified {
            let times = [timespec(tv_sec: 0, tv_nsec: LocalBackend.omitTime), modified.raw]
            _ = try systemCall { futimens(descriptor, times) }
        }
        if modified == nil || isInPlace { status = try self.status() }
        // Late errors of a network file system come with close, so it is closed before it becomes visible.
        state.store(.closed, ordering: .relaxed)
        if close(descriptor) < 0, errno != EINTR { throw SystemError(errno) }
        if isInPlace {
            try checkPlace(status)
        } else {
            do {
                try rename(in: isLarge ? root.directoryNow(target.parent) : parent, isNew: isNew, replacing)
            } catch {
                // Made by its whole path, the file is not in the directory that was kept open: that one was moved away.
                guard error == .notFound, !isLarge else { throw error }
                root.forgetDirectory(target.parent)
                try rename(in: root.directoryNow(target.parent), isNew: isNew, replacing)
            }
        }
        state.store(.ended, ordering: .relaxed)
        return status
    }

    /// Closes the file and leaves it as it is, for a later process to go on with.
    func suspend() {
        if state.exchange(.ended, ordering: .relaxed) == .open { close(descriptor) }
    }

    /// Removes the file unless it was published. What is written in place stays as it is: what was there before is gone.
    /// A second call does nothing.
    func discard() {
        let was = state.exchange(.ended, ordering: .relaxed)
        if was == .open { close(descriptor) }
        guard was != .ended, !isInPlace, path.withName({ unlinkat(parent.raw, $0, 0) }) < 0,
            let now = try? root.directoryNow(path.parent)
        else { return }
        _ = path.withName { unlinkat(now.raw, $0, 0) }
    }

    private func cut(to size: Int64) throws(SystemError) {
        _ = try systemCall { ftruncate(descriptor, off_t(size)) }
    }

    private func checkPlace(_ written: FileStatus?) throws(SystemError) {
        let directory = try root.directoryNow(target.parent)
        let there = try target.withName { (name: UnsafePointer<CChar>) throws(SystemError) in
            try FileStatus(of: name, in: directory.raw, follows: false)
        }
        guard there.identity.device == written?.identity.device, there.identity.inode == written?.identity.inode else {
            throw SystemError(ESTALE)
        }
    }

    private func rename(
        in directory: DirectoryHandle, isNew: Bool, _ replacing: FileIdentity?
    ) throws(SystemError) {
        if let replacing {
            let there = try? target.withName { (name: UnsafePointer<CChar>) throws(SystemError) in
                try FileStatus(of: name, in: directory.raw, follows: false)
            }
            guard there?.identity == replacing else { throw SystemError(ESTALE) }
        }
        try path.withName { (from: UnsafePointer<CChar>) throws(SystemError) in
            try target.withName { (to: UnsafePointer<CChar>) throws(SystemError) in
                try root.rename(from, to, in: directory, isNew: isNew)
            }
        }
    }
}
