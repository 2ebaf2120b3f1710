// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
import StorageModel
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Reads directories for one listing, on any thread.
final class DirectoryScanner: Sendable {
    enum Outcome: Sendable {
        case scanned(ScannedDirectory)
        case failed(SystemError)
        /// More names than were to be read ahead.
        case tooLarge
    }

    /// Directories of up to so many names are read ahead, and their files' status with them.
    static let readAheadNamesMax = 2048

    let root: LocalRoot
    let links: ListRequest.LinkPolicy
    private let order: ListingOrder
    private let escapesKeys: Bool
    private let statsDirectories: Bool
    /// Set when nobody wants what is still to be read ahead.
    let isAbandoned = Atomic<Bool>(false)

    init(root: LocalRoot, request: ListRequest, escapesKeys: Bool) {
        self.root = root
        links = request.links
        order = request.order
        self.escapesKeys = escapesKeys
        statsDirectories = request.delimiter != nil
    }

    /// Reads the directory at `path` (empty: the root); gives up past `namesMax` names.
    func scan(_ path: [UInt8], namesMax: Int = .max) -> Outcome {
        do throws(SystemError) {
            let flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK
            let file: FileDescriptor
            if path.isEmpty {
                let root = try root.handle()
                file = FileDescriptor(try kernelCall { godwit_openat(root.raw, ".", flags, 0) })
            } else {
                file = try root.open(LocalPath(trusted: path), flags, follows: links == .follow)
            }
            var directory = ScannedDirectory(status: try file.status())
            guard try readNames(file.raw, into: &directory, namesMax: namesMax) else { return .tooLarge }
            directory.sort(order)
            if directory.items.count <= Self.readAheadNamesMax {
                directory.statuses = statuses(directory, directory.items.indices, in: file.raw)
            }
            return .scanned(directory)
        } catch {
            return .failed(error)
        }
    }

    /// The status of the files among items `range` of the directory at `path`.
    func statuses(
        _ directory: ScannedDirectory, _ range: Range<Int>, at path: [UInt8]
    ) -> [Result<FileStatus, SystemError>?] {
        do throws(SystemError) {
            let handle = try root.directoryNow(path[...], follows: links == .follow)
            return statuses(directory, range, in: handle.raw)
        } catch {
            return Array(repeating: .failure(error), count: range.count)
        }
    }

    private func statuses(
        _ directory: ScannedDirectory, _ range: Range<Int>, in descriptor: Int32
    ) -> [Result<FileStatus, SystemError>?] {
        range.map { index in
            switch directory.items[index].kind {
            case .file: break
            case .keptLink: break
            case .directory where statsDirectories: break
            case .directory, .skippedLink, .brokenLink, .special, .invalidName, .duplicate, .failed: return nil
            }
            return LocalPath.withCString(directory.names, from: directory.items[index].raw.lowerBound) {
                (name: UnsafePointer<CChar>) in
                do throws(SystemError) {
                    return .success(try FileStatus(of: name, in: descriptor, follows: links == .follow))
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    /// Whether all names were read.
    private func readNames(
        _ descriptor: Int32, into directory: inout ScannedDirectory, namesMax: Int
    ) throws(SystemError) -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 15, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let filled = try kernelCall { godwit_getdents(descriptor, buffer.baseAddress, buffer.count) }
            if filled == 0 { return true }
            var position = 0
            while position < filled {
                var name: UnsafePointer<CChar>?
                var count = 0
                var type: UInt8 = 0
                position = godwit_dirent(buffer.baseAddress, position, &name, &count, &type)
                guard let name else { continue }
                classify(name, count, type, in: descriptor, into: &directory)
            }
            if directory.items.count > namesMax { return false }
        }
    }

    private func classify(
        _ name: UnsafePointer<CChar>, _ count: Int, _ type: UInt8, in descriptor: Int32,
        into directory: inout ScannedDirectory
    ) {
        let bytes = UnsafeRawBufferPointer(start: name, count: count)
        if bytes[0] == UInt8(ascii: "."), count == 1 || count == 2 && bytes[1] == UInt8(ascii: ".") { return }
        guard var kind = kind(name, type, in: descriptor) else { return }
        if case .directory = kind {} else if TemporaryName.matches(bytes) { return directory.addTemporary(bytes) }
        guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else {
            return directory.add(bytes, .invalidName)
        }
        var key: [UInt8]?
        if escapesKeys {
            key = KeyEscaping.decode(bytes)
            if key == nil { kind = .invalidName }
        }
        if case .keptLink = kind { key = (key ?? Array(bytes)) + LocalPath.linkSuffix }
        directory.add(bytes, kind, key: key)
    }

    /// What a name is; nil when it is gone already.
    private func kind(
        _ name: UnsafePointer<CChar>, _ type: UInt8, in descriptor: Int32
    ) -> ScannedDirectory.Item.Kind? {
        switch Int(type) {
        case Int(DT_REG): return .file
        case Int(DT_DIR): return .directory
        case Int(DT_LNK): return linkKind(name, in: descriptor)
        case Int(DT_UNKNOWN): break
        default: return .special
        }
        do throws(SystemError) {
            switch try FileStatus(of: name, in: descriptor, follows: false).kind {
            case .file: return .file
            case .directory: return .directory
            case .symbolicLink: return linkKind(name, in: descriptor)
            case .special: return .special
            }
        } catch {
            return error == .notFound ? nil : .failed(error)
        }
    }

    private func linkKind(_ name: UnsafePointer<CChar>, in descriptor: Int32) -> ScannedDirectory.Item.Kind {
        switch links {
        case .skip: return .skippedLink
        case .keep: return .keptLink
        case .follow: break
        }
        do throws(SystemError) {
            switch try FileStatus(of: name, in: descriptor, follows: true).kind {
            case .file: return .file
            case .directory: return .directory
            case .symbolicLink, .special: return .special
            }
        } catch {
            return [ENOENT, ENOTDIR, ELOOP].contains(error.code) ? .brokenLink : .failed(error)
        }
    }
}
