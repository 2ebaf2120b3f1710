// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// A depth-first walk that yields keys in order. It holds the sorted names of the directories it is in, and of a few
/// that it reads ahead; never the tree.
struct DirectoryWalk: Sendable {
    /// Directories that are read ahead in each directory of the chain, and altogether.
    private static let aheadPerDirectory = 8
    private static let aheadMax = 32
    /// Directories after which a page is given, full or not, so that a cancelled listing ends soon.
    private static let directoriesPerPage = 512

    private let backend: LocalBackend
    private let scanner: DirectoryScanner
    private let request: ListRequest
    private var chain: [WalkFrame] = []
    private var hasBegun = false
    private var isDone = false
    private var aheadCount = 0
    private var rootIdentity: FileIdentity?

    init(backend: LocalBackend, scanner: DirectoryScanner, request: ListRequest) {
        self.backend = backend
        self.scanner = scanner
        self.request = request
    }

    /// The next page; nil after the last.
    mutating func page() throws(StorageError) -> ListingPage? {
        if isDone { return nil }
        var page = PageBuilder(capacity: backend.options.pageSize)
        if !hasBegun {
            hasBegun = true
            try begin(&page)
        }
        var directories = 0
        while let depth = chain.indices.last, page.count < backend.options.pageSize,
            directories < Self.directoriesPerPage
        {
            if chain[depth].isFinished {
                chain.removeLast()
                continue
            }
            let index = chain[depth].next
            chain[depth].advance()
            if case .directory = chain[depth].directory.items[index].kind {
                directories += 1
                enter(depth, index, &page)
            } else {
                visit(depth, index, &page)
            }
        }
        if chain.isEmpty {
            isDone = true
            try checkRoot()
        }
        return page.page()
    }

    // MARK: - Beginning and ending

    /// Opens the directory that the prefix begins in.
    private mutating func begin(_ page: inout PageBuilder) throws(StorageError) {
        backend.root.forget()
        let prefix = request.prefix
        let slash = prefix.bytes.lastIndex(of: UInt8(ascii: "/"))
        let keyPrefix = slash.map { prefix.bytes.prefix($0 + 1).array } ?? []
        var path = [UInt8]()
        if let slash {
            // A prefix that cannot be a path has nothing under it.
            let directory = ObjectKey(prefix.bytes.prefix(slash))
            guard let found = try? LocalPath(directory, escapes: backend.options.escapesKeys) else { return }
            path = found.bytes.dropLast()
        }
        var after = request.after
        if let key = request.after {
            let start = ObjectKey(SharedBytes(keyPrefix))
            if key.hasPrefix(start) {
                after = key.dropFirst(keyPrefix.count)
            } else if request.order.compare(start, key) > 0 {
                after = nil
            } else {
                return
            }
        }
        do throws(SystemError) { rootIdentity = try rootStatus().identity } catch {
            throw backend.failure(error, .list, .root)
        }
        switch scanner.scan(path) {
        case .tooLarge: preconditionFailure("a scan without a limit has no size that is too large")
        case .failed(let error):
            if !path.isEmpty, error.isAbsent { return }
            throw backend.failure(error, .list, prefix)
        case .scanned(var directory):
            let partial = prefix.bytes.dropFirst(keyPrefix.count).array
            if !partial.isEmpty { directory.filter { $0.starts(with: partial) } }
            push(WalkFrame(path: path, keyPrefix: keyPrefix, after: after, directory: directory))
        }
    }

    private func rootStatus() throws(SystemError) -> FileStatus {
        try FileStatus(of: backend.root.path, in: AT_FDCWD, follows: true)
    }

    /// Had the root been moved away or unmounted, all that followed would have looked like deleted files.
    private func checkRoot() throws(StorageError) {
        guard let rootIdentity else { return }
        let now = try? rootStatus().identity
        guard now?.device != rootIdentity.device || now?.inode != rootIdentity.inode else { return }
        throw StorageError(
            .containerNotFound, during: .list, at: backend.root.path,
            message: "the directory was moved or removed while it was listed")
    }

    // MARK: - Items

    /// Goes into the subdirectory that item `index` is.
    private mutating func enter(_ depth: Int, _ index: Int, _ page: inout PageBuilder) {
        if request.delimiter != nil {
            return visit(depth, index, &page)
        }
        let path = chain[depth].childPath(index)
        let keyPrefix = chain[depth].keyPrefix + chain[depth].directory.withKey(index) { Array($0) }
        let outcome: DirectoryScanner.Outcome
        if let slot = chain[depth].takeSlot(index) {
            aheadCount -= 1
            outcome = slot.take(scanner)
        } else {
            outcome = scanner.scan(path)
        }
        readAhead(depth)
        switch outcome {
        case .tooLarge: preconditionFailure("a scan without a limit has no size that is too large")
        case .failed(let error):
            // What vanished is gone; what became a file or a link is not what was listed.
            if error == .notFound { return }
            page.add(issue(.incomplete, keyPrefix, backend.failure(error, .list, ObjectKey(SharedBytes(keyPrefix)))))
        case .scanned(let directory):
            if scanner.links == .follow, leadsBack(directory.status.identity) {
                return page.add(
                    issue(.entryFailure, keyPrefix, .invalidKey, "a symbolic link leads back to a directory above it"))
            }
            let after = chain[depth].after.flatMap { after in
                chain[depth].directory.withKey(index) { name in
                    after.bytes.withUnsafeBytes { $0.starts(with: name) } ? after.dropFirst(name.count) : nil
                }
            }
            if request.includesDirectories, directory.items.isEmpty, after == nil {
                page.add(
                    prefix: keyPrefix, name: UnsafeRawBufferPointer(start: nil, count: 0), .directory, directory.status)
            }
            push(WalkFrame(path: path, keyPrefix: keyPrefix, after: after, directory: directory))
        }
    }

    /// Adds a file, or says why an item is none.
    private mutating func visit(_ depth: Int, _ index: Int, _ page: inout PageBuilder) {
        let item = chain[depth].directory.items[index]
        let kind: Entry.Kind
        switch item.kind {
        case .file: kind = .object
        case .keptLink: kind = .symbolicLink
        case .directory: kind = .directory
        case .skippedLink, .brokenLink, .special, .invalidName, .duplicate, .failed:
            return page.add(issue(about: item.kind, depth, index))
        }
        let frame = chain[depth]
        switch chain[depth].status(index, scanner) {
        case .success(let status) where status.kind == Self.expected(item.kind):
            frame.directory.withKey(index) { page.add(prefix: frame.keyPrefix, name: $0, kind, status) }
        case .success:
            page.add(issue(.incomplete, key(depth, index), .unexpected, "it changed its kind while it was listed"))
        case .failure(.notFound), nil: break
        case .failure(let error):
            let key = key(depth, index)
            page.add(issue(.entryFailure, key, backend.failure(error, .list, ObjectKey(SharedBytes(key)))))
        }
    }

    private static func expected(_ kind: ScannedDirectory.Item.Kind) -> FileStatus.Kind {
        switch kind {
        case .directory: .directory
        case .keptLink: .symbolicLink
        default: .file
        }
    }

    private func issue(about kind: ScannedDirectory.Item.Kind, _ depth: Int, _ index: Int) -> ListingIssue {
        let key = key(depth, index)
        switch kind {
        case .skippedLink:
            return issue(
                .notice, key, .unsupported, "a symbolic link is left out",
                advice: "--copy-links copies what it points to, --links the link itself")
        case .special:
            return issue(.notice, key, .unsupported, "it is not a regular file (a pipe, socket or device) and left out")
        case .brokenLink:
            return issue(.entryFailure, key, .notFound, "the symbolic link leads nowhere, or in a circle")
        case .invalidName:
            return issue(
                .entryFailure, key, .invalidKey,
                backend.options.escapesKeys
                    ? "the name is not one that --escape-keys makes" : "the name is not valid UTF-8",
                advice: "rename the file")
        case .duplicate:
            return issue(.entryFailure, key, .invalidKey, "another file in the directory stands for the same key")
        case .failed(let error):
            return issue(.entryFailure, key, backend.failure(error, .list, ObjectKey(SharedBytes(key))))
        case .file, .directory, .keptLink:
            return issue(.incomplete, key, .unexpected, "it changed while it was listed")
        }
    }

    private func issue(
        _ severity: ListingIssue.Severity, _ key: [UInt8], _ kind: StorageError.Kind, _ message: String,
        advice: String? = nil
    ) -> ListingIssue {
        let key = ObjectKey(SharedBytes(key))
        return ListingIssue(
            severity, key: key,
            error: StorageError(
                kind, during: .list, at: backend.root.path, key: key, message: message, advice: advice))
    }

    private func issue(_ severity: ListingIssue.Severity, _ key: [UInt8], _ error: StorageError) -> ListingIssue {
        ListingIssue(severity, key: ObjectKey(SharedBytes(key)), error: error)
    }

    private func key(_ depth: Int, _ index: Int) -> [UInt8] {
        chain[depth].keyPrefix + chain[depth].directory.withKey(index) { Array($0) }
    }

    // MARK: - The chain

    private mutating func push(_ frame: WalkFrame) {
        var frame = frame
        if let enters = request.enters { frame.keepDirectories(enters) }
        frame.skipPassed(request.order, descends: request.delimiter == nil)
        chain.append(frame)
        readAhead(chain.count - 1)
    }

    private mutating func readAhead(_ depth: Int) {
        guard request.delimiter == nil, aheadCount < Self.aheadMax else { return }
        let (pool, scanner) = (backend.listingPool, scanner)
        aheadCount += chain[depth].readAhead(limit: Self.aheadPerDirectory) { slot in
            pool.submit { slot.run(scanner) }
        }
    }

    private func leadsBack(_ identity: FileIdentity) -> Bool {
        chain.contains {
            let above = $0.directory.status.identity
            return above.device == identity.device && above.inode == identity.inode
        }
    }
}
