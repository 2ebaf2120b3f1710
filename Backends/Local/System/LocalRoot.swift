// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The root directory, and the only way to what is under it.
///
/// Every path is resolved by the kernel beneath the root without symbolic links (openat2), or component by component
/// where there is no openat2, so that nothing outside is reached, whatever changes meanwhile. Directories that files
/// are written into are kept open; each new file is still opened by its whole path, so that a directory that was
/// moved away or replaced since is noticed.
final class LocalRoot: Sendable {
    /// The absolute path, without symbolic links as far as it existed when it was opened.
    let path: String
    private let root = Mutex<DirectoryHandle?>(nil)
    private let directories = Mutex(DirectoryCache())
    /// The file systems of the directories above, by device; nil where none of their directories can be read.
    private let fileSystems = Mutex<[UInt64: DirectoryHandle?]>([:])
    private let hasOpenat2: Atomic<Bool>

    init(path: String, usesOpenat2: Bool) {
        self.path = Self.resolved(path)
        hasOpenat2 = Atomic(usesOpenat2)
    }

    /// The open root; `ENOENT` when it is not there.
    func handle() throws(SystemError) -> DirectoryHandle {
        if let handle = root.withLock({ $0 }) { return handle }
        let raw = try kernelCall { godwit_open_directory(AT_FDCWD, path, 1) }
        let handle = DirectoryHandle(owning: raw)
        keepFileSystem(of: handle)
        root.withLock { $0 = handle }
        return handle
    }

    /// Looks anew where the root is, at the next call.
    func forget() {
        root.withLock { $0 = nil }
        directories.withLock { $0 = DirectoryCache() }
    }

    /// Opens a file beneath the root; with `follows`, wherever links lead.
    func open(
        _ path: LocalPath, _ flags: Int32, mode: UInt32 = 0, follows: Bool = false
    ) throws(SystemError) -> FileDescriptor {
        let root = try handle()
        let raw = try path.withPath { (text: UnsafePointer<CChar>) throws(SystemError) -> Int32 in
            if follows { return try kernelCall { godwit_openat_following(root.raw, text, flags, mode) } }
            do throws(SystemError) {
                if hasOpenat2.load(ordering: .relaxed) {
                    return try kernelCall { godwit_openat_beneath(root.raw, text, flags, mode) }
                }
            } catch {
                guard error.code == ENOSYS else { throw error }
                hasOpenat2.store(false, ordering: .relaxed)
            }
            return try openByComponents(root, path, flags, mode)
        }
        return FileDescriptor(raw)
    }

    /// The directory at `path` (no NUL; empty: the root), kept open for the next time.
    func directory(_ path: ArraySlice<UInt8>) throws(SystemError) -> DirectoryHandle {
        guard !path.isEmpty else { return try handle() }
        if let handle = directories.withLock({ $0.find(path) }) { return handle }
        let handle = try directoryNow(path)
        keepFileSystem(of: handle)
        directories.withLock { $0.keep(handle, path) }
        return handle
    }

    /// The directory that is at `path` now.
    func directoryNow(_ path: ArraySlice<UInt8>, follows: Bool = false) throws(SystemError) -> DirectoryHandle {
        guard !path.isEmpty else { return try handle() }
        let opened = try open(LocalPath(trusted: path), O_DIRECTORY | LocalRoot.pathOnly, follows: follows)
        return DirectoryHandle(owning: opened.release())
    }

    /// Stops keeping the directory at `path`, which is not what it was.
    func forgetDirectory(_ path: ArraySlice<UInt8>) { directories.withLock { $0.drop(path) } }

    /// Writes the file systems that were written to (the root's, and those mounted below it) to disk. The first error is
    /// thrown when all have been tried.
    func flush() throws(SystemError) {
        do { _ = try handle() } catch {
            // Nothing is there, so nothing was written.
            guard error.isAbsent else { throw error }
        }
        var failure: SystemError?
        for directory in fileSystems.withLock({ Array($0.values) }) {
            do throws(SystemError) {
                guard let directory else { throw SystemError(ENOSYS) }
                _ = try kernelCall { godwit_syncfs(directory.raw) }
            } catch {
                switch error.code {
                case ENOSYS, EOPNOTSUPP, EINVAL, EPERM: sync()  // no such call here: everything there is, then
                default: failure = failure ?? error
                }
            }
        }
        if let failure { throw failure }
    }

    /// File systems that ``flush()`` writes to disk.
    var fileSystemCount: Int { fileSystems.withLock { $0.count } }

    /// Keeps the file system of `directory` in mind for ``flush()``. The kernel tells of a write that failed behind our
    /// back once, to those who had the file system open by then: it is opened before anything is written.
    private func keepFileSystem(of directory: DirectoryHandle) {
        var raw = stat()
        guard fstat(directory.raw, &raw) == 0 else { return }
        let device = UInt64(raw.st_dev)
        guard fileSystems.withLock({ $0[device, default: nil] == nil }) else { return }
        // syncfs wants a descriptor that reads, not one that only names.
        let opened = godwit_openat(directory.raw, ".", O_RDONLY | O_DIRECTORY, 0)
        let handle = opened < 0 ? nil : DirectoryHandle(owning: opened)
        fileSystems.withLock { if $0[device, default: nil] == nil { $0[device] = .some(handle) } }
    }

    /// Renames within a directory; with `isNew`, `EEXIST` when the new name is taken.
    func rename(
        _ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>, in directory: DirectoryHandle, isNew: Bool
    ) throws(SystemError) {
        if isNew {
            _ = try kernelCall { godwit_rename_new(directory.raw, from, to) }
        } else {
            _ = try systemCall { renameat(directory.raw, from, directory.raw, to) }
        }
    }

    /// The directory at `path`, made with those above it where they are missing.
    func madeDirectory(_ path: ArraySlice<UInt8>, createsRoot: Bool) throws(SystemError) -> DirectoryHandle {
        var attempt = 0
        while true {
            do { return try directory(path) } catch {
                // Someone may remove the empty directories again while we make them.
                guard error == .notFound, attempt < 8 else { throw error }
            }
            attempt += 1
            do { _ = try handle() } catch {
                guard error == .notFound, createsRoot else { throw error }
                try Self.makeDirectories(self.path)
            }
            do { try makeMissing(path) } catch { guard error == .notFound else { throw error } }
        }
    }

    /// Makes the missing directories on the way to `path`, top down.
    private func makeMissing(_ path: ArraySlice<UInt8>) throws(SystemError) {
        var missing = [path]
        while let deepest = missing.last {
            let parent = deepest.prefix(upTo: deepest.lastIndex(of: UInt8(ascii: "/")) ?? deepest.startIndex)
            do {
                _ = try directory(parent)
                break
            } catch { guard error == .notFound, !parent.isEmpty else { throw error } }
            missing.append(parent)
        }
        while let next = missing.popLast() {
            let next = LocalPath(trusted: next)
            let parent = try directory(next.parent)
            do {
                _ = try systemCall { next.withName { mkdirat(parent.raw, $0, 0o777) } }
            } catch { guard error.code == EEXIST else { throw error } }
        }
    }

    /// `openat` for each component, none of which may be a link.
    private func openByComponents(
        _ root: DirectoryHandle, _ path: LocalPath, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> Int32 {
        var current = FileDescriptor(dup(root.raw))
        if current.raw < 0 { throw SystemError(EMFILE) }
        for component in path.parent.split(separator: UInt8(ascii: "/")) {
            let directory = current.raw
            let next = try LocalPath.withCString(Array(component) + [0], from: 0) {
                (name: UnsafePointer<CChar>) throws(SystemError) in
                try kernelCall { godwit_open_directory(directory, name, 0) }
            }
            current = FileDescriptor(next)
        }
        let directory = current.raw
        return try path.withName { (name: UnsafePointer<CChar>) throws(SystemError) in
            try kernelCall { godwit_openat(directory, name, flags, mode) }
        }
    }

    /// `O_PATH`, which the C library shows only under a feature macro; the same on every Linux that Swift runs on.
    static let pathOnly: Int32 = 0o10_000_000

    /// `mkdir -p`.
    static func makeDirectories(_ path: String) throws(SystemError) {
        do {
            _ = try systemCall { mkdir(path, 0o777) }
        } catch {
            if error.code == EEXIST { return }
            guard error == .notFound, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw error }
            try makeDirectories(String(path[..<slash]))
            do { _ = try systemCall { mkdir(path, 0o777) } } catch { guard error.code == EEXIST else { throw error } }
        }
    }

    /// The absolute path of `path` with links resolved as far as it exists.
    static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return joined(resolved("."), path)
        }
        let name = String(path[path.index(after: slash)...])
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        return joined(resolved(parent), name)
    }

    private static func joined(_ parent: String, _ name: String) -> String {
        if name.isEmpty || name == "." { return parent }
        return parent == "/" ? "/" + name : parent + "/" + name
    }
}
