// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

extension LocalBackend {
    package func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        try checkCancelled(.read, key)
        try refuseVersion(options.version, .read, key)
        guard options.ifMatch == nil else {
            throw StorageError(
                .unsupported, during: .read, at: root.path, key: key,
                message: "files have no version tags; a condition on one is made with their identity")
        }
        let wanted = options.range.map { Int($0.count) } ?? options.ifIdentity.map { Int($0.size) } ?? buffer.capacity
        guard wanted > Self.inlineBytesMax else { return try readNow(key, options, into: buffer) }
        return try await contentPool.run { [self] () throws(StorageError) in try readNow(key, options, into: buffer) }
    }

    private func readNow(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) throws(StorageError) -> Entry {
        if isDirectoryKey(key) { throw notAFile(.directory, .read, key) }
        let path = try path(of: key, .read)
        if links == .keep || options.ifIdentity?.kind == .symbolicLink, let link = path.linkPath,
            let entry = try readLink(link, key, options, into: buffer)
        {
            return entry
        }
        return try attempt(.read, key) {
            // Without O_NONBLOCK, opening a pipe that nobody writes would wait for ever.
            let file = try root.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, follows: links == .follow)
            if let expected = options.ifIdentity {
                return withMetadata(
                    try readState(expected, options, from: file, key, into: buffer).entry(key), of: file.raw)
            }
            let status = try file.status()
            guard status.kind == .file else { throw notAFile(status.kind, .read, key) }
            let range = try range(options.range, of: status.size, key)
            guard range.count <= buffer.capacity - buffer.count else {
                throw changed(key, "the file grew to \(status.size) bytes")
            }
            try fill(buffer, from: file, range, key)
            return withMetadata(status.entry(key), of: file.raw)
        }
    }

    private func withMetadata(_ entry: Entry, of file: Int32) -> Entry {
        guard let metadata = metadata(of: file) else { return entry }
        var entry = entry
        entry.metadata = metadata
        return entry
    }

    /// Reads `expected` and no other state of the file. One look at the file behind the last byte shows both that it is
    /// what was listed and that it was that all along; what it shows also explains a read that failed.
    private func readState(
        _ expected: Entry, _ options: ReadOptions, from file: borrowing FileDescriptor, _ key: ObjectKey,
        into buffer: PartBuffer
    ) throws -> FileStatus {
        let range = try range(options.range, of: expected.size, key)
        guard range.count <= buffer.capacity - buffer.count else {
            throw changed(key, "the file has \(expected.size) bytes, more than there is room for")
        }
        let failure: (any Error)?
        do {
            try fill(buffer, from: file, range, key)
            failure = nil
        } catch { failure = error }
        let status = try file.status()
        guard status.kind == .file else { throw notAFile(status.kind, .read, key) }
        guard status.matches(expected) else { throw changed(key, "the file changed since it was listed") }
        if let failure { throw failure }
        return status
    }

    private func fill(
        _ buffer: PartBuffer, from file: borrowing FileDescriptor, _ range: Range<Int64>, _ key: ObjectKey
    ) throws {
        var position = range.lowerBound
        let raw = file.raw
        while position < range.upperBound {
            let count = try buffer.fill(upTo: Int(range.upperBound - position)) {
                (room: UnsafeMutableRawBufferPointer) throws(SystemError) in
                try systemCall { pread(raw, room.baseAddress, room.count, off_t(position)) }
            }
            guard count > 0 else { throw changed(key, "the file shrank while it was read") }
            position += Int64(count)
        }
    }

    /// The part of `range` that the file has.
    private func range(
        _ range: Range<Int64>?, of size: Int64, _ key: ObjectKey
    ) throws(StorageError) -> Range<Int64> {
        guard let range else { return 0..<size }
        guard range.isEmpty || range.lowerBound < size else {
            throw changed(key, "the file has \(size) bytes, fewer than were asked for")
        }
        return min(range.lowerBound, size)..<min(range.upperBound, size)
    }

    /// The link's target as content; nil when there is no link.
    private func readLink(
        _ link: LocalPath, _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) throws(StorageError) -> Entry? {
        try attempt(.read, key) {
            guard let parent = try? root.directoryNow(link.parent) else { return nil }
            let found = link.withName { try? FileStatus(of: $0, in: parent.raw, follows: false) }
            guard let status = found, status.kind == .symbolicLink else { return nil }
            if let expected = options.ifIdentity, !status.matches(expected) {
                throw changed(key, "the link changed since it was listed")
            }
            let target = try Array(linkTarget(link, in: parent))
            let wanted = try range(options.range, of: Int64(target.count), key)
            guard
                target.withUnsafeBytes({
                    buffer.append(UnsafeRawBufferPointer(rebasing: $0[Int(wanted.lowerBound)..<Int(wanted.upperBound)]))
                })
            else { throw changed(key, "the link's target grew to \(target.count) bytes") }
            return status.entry(key, .symbolicLink)
        }
    }

    private func linkTarget(_ link: LocalPath, in parent: DirectoryHandle) throws(SystemError) -> ArraySlice<UInt8> {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = try systemCall {
            target.withUnsafeMutableBytes { room in
                guard let base = room.bindMemory(to: CChar.self).baseAddress else { return 0 }
                return link.withName { readlinkat(parent.raw, $0, base, room.count) }
            }
        }
        return target[..<count]
    }

    private func changed(_ key: ObjectKey, _ message: String) -> StorageError {
        StorageError(
            .preconditionFailed, during: .read, at: root.path, key: key, message: message, advice: "run again")
    }
}
