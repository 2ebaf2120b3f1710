// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension AccessTrial {
    /// Pages that are looked through for an object to try things on.
    private static let pagesMax = 20

    /// Lists, and reads what a copy reads of an object. Returns the bytes that the listing's beginning shows.
    @discardableResult
    mutating func read(_ form: OpenLocation.Form, _ reads: RunAccess.Reading) async throws(StorageError) -> Int64 {
        let content: Permission = reads == .current ? .get : .getVersion
        var (sample, bytes): (Entry?, Int64) = (nil, 0)
        switch form {
        case .account: return 0
        case .object(let key):
            sample = try await step("look at the object", [content]) { [backend] () async throws(StorageError) in
                try await backend.stat(key, version: nil)
            }
            guard sample != nil else { return 0 }
        case .prefix(let prefix):
            guard let found = try await list(prefix, reads) else {
                // Who may not list does not learn what is there; at most that something is not.
                try await readAbsent(prefix, content, lists: false)
                return 0
            }
            (sample, bytes) = (found.sample, found.bytes)
        }
        guard let sample else {
            if case .prefix(let prefix) = form { try await readAbsent(prefix, content, lists: true) }
            return bytes
        }
        guard try await readContent(of: sample, sample.version == nil ? content : .getVersion) else { return bytes }
        self.sample = sample
        try await readRest(of: sample, isOfVersion: sample.version != nil)
        return bytes
    }

    /// Lists until there is an object.
    mutating func list(
        _ prefix: ObjectKey, _ reads: RunAccess.Reading
    ) async throws(StorageError) -> (sample: Entry?, bytes: Int64)? {
        try await step("list objects", [reads == .past ? .listVersions : .list]) {
            [backend] () async throws(StorageError) -> (sample: Entry?, bytes: Int64) in
            var request = ListRequest(prefix: prefix, order: backend.capabilities.listingOrders[0])
            request.maySplit = false
            // A remote of an earlier time lists versions by itself.
            if reads == .past, !backend.capabilities.isReadOnly { request.versions = .all }
            let listing = backend.list(request)
            var (sample, bytes): (Entry?, Int64) = (nil, 0)
            for _ in 0..<Self.pagesMax {
                guard sample == nil, let page = try await listing.next() else { break }
                let objects = page.entries.filter { $0.kind == .object }
                bytes += objects.reduce(0) { $0 + max($1.size, 0) }
                // What is archived cannot be read, whoever may.
                sample = objects.first { !($0.storageClass ?? "").hasSuffix("ARCHIVE") && $0.storageClass != "GLACIER" }
                sample = sample ?? objects.first
            }
            return (sample, bytes)
        }
    }

    /// An answer that something is not there is leave to read it.
    private mutating func readAbsent(
        _ prefix: ObjectKey, _ content: Permission, lists: Bool
    ) async throws(StorageError) {
        guard needs(content), !isOver else { return }
        do throws(StorageError) {
            _ = try await backend.stat(Self.trialKey(under: prefix), version: nil)
        } catch {
            switch error.kind {
            case .notFound: report(AccessFinding(side: side, trial: "read an object", verdict: .allowed))
            case .cancelled: throw error
            case .permissionDenied where !lists:
                untried(
                    "read an object",
                    "who may not list is not told whether an object is missing or forbidden; name one object")
            default: refuse("read an object", error, [content])
            }
        }
    }

    private mutating func readContent(of sample: Entry, _ content: Permission) async throws(StorageError) -> Bool {
        try await step("read an object", [content]) { [backend] () async throws(StorageError) in
            let count = min(max(sample.size, 0), 1)
            var options = ReadOptions(range: count == 0 ? nil : 0..<count, version: sample.version)
            options.wantsChecksums = false
            do throws(StorageError) {
                _ = try await backend.read(sample.key, options, into: PartBuffer(capacity: Int(count)))
            } catch {
                // Only who may read it learns that it is archived.
                guard error.kind == .archived else { throw error }
            }
        } != nil
    }

    private mutating func readRest(of sample: Entry, isOfVersion: Bool) async throws(StorageError) {
        if !isOfVersion, needs(.getVersion) { try await readVersion(of: sample) }
        let tags: Permission = isOfVersion ? .getVersionTags : .getTags
        if needs(tags) {
            _ = try await step("read its tags", [tags]) { [backend] () async throws(StorageError) in
                try await backend.attributes(of: sample, .tags)
            }
        }
        let access: Permission = isOfVersion ? .getVersionAccess : .getAccess
        if needs(access), backend.capabilities.attributes.contains(.access) {
            _ = try await step("read its access list", [access]) { [backend] () async throws(StorageError) in
                try await backend.attributes(of: sample, .access)
            }
        }
    }

    /// Where the bucket keeps versions, an object is read in the one that a look at it named.
    private mutating func readVersion(of sample: Entry) async throws(StorageError) {
        let seen: Entry
        do throws(StorageError) { seen = try await backend.stat(sample.key, version: sample.version) } catch {
            return refuse("look at it", error, [.get])
        }
        guard let version = seen.version, version != "null" else { return }
        _ = try await step("read its version", [.getVersion]) { [backend] () async throws(StorageError) in
            try await backend.stat(sample.key, version: version)
        }
    }

    /// A name that nobody gives to an object of theirs.
    static func trialKey(under prefix: ObjectKey) -> ObjectKey {
        ObjectKey(".godwit-test-\(UInt32.random(in: .min ... .max))").prefixed(by: prefix)
    }
}
