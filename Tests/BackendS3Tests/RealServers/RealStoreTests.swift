// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// Every operation against every server that the environment names.
@Suite(.enabled(if: !RealStore.all.isEmpty)) struct RealStoreTests {
    private func write(_ backend: S3Backend, _ key: String, _ text: String = "x") async throws -> Entry {
        try await backend.write(PartBuffer(Array(text.utf8)), to: ObjectKey(key), WriteOptions())
    }

    private func read(_ backend: S3Backend, _ key: ObjectKey, _ options: ReadOptions = ReadOptions()) async throws
        -> [UInt8]
    {
        let buffer = PartBuffer(capacity: 16 << 20)
        _ = try await backend.read(key, options, into: buffer)
        return buffer.array
    }

    @Test(arguments: RealStore.all) func keepsContentMetadataAndTime(store: RealStore) async throws {
        try await store.use { backend in
            let key = ObjectKey("dir/object.txt")
            var metadata = ObjectMetadata(contentType: "text/x-test", user: [.init(name: "colour", value: "blue sky")])
            metadata.cacheControl = "max-age=60"
            metadata.contentDisposition = "attachment"
            metadata.contentLanguage = "de"
            let modified = Timestamp(seconds: -5, nanoseconds: 123_456_789)
            let content = Array("hello world".utf8)
            let written = try await backend.write(
                PartBuffer(content), to: key,
                WriteOptions(metadata: metadata, modified: modified, expected: Digest.checksum(of: content, .md5)))
            let entry = try await backend.stat(key, version: nil)
            #expect(entry.size == 11)
            #expect(entry.tag == written.tag)
            #expect(entry.tag?.lookalike == Digest.checksum(of: content, .md5))
            #expect(entry.modified == modified)
            #expect(entry.written != nil)
            #expect(entry.metadata?.contentType == "text/x-test")
            #expect(entry.metadata?.cacheControl == "max-age=60")
            #expect(entry.metadata?.contentDisposition == "attachment")
            #expect(entry.metadata?.contentLanguage == "de")
            #expect(entry.metadata?.user == metadata.user)
            for checksum in entry.checksums { #expect(checksum == Digest.checksum(of: content, checksum.algorithm)) }
            #expect(try await read(backend, key) == content)
            #expect(
                try await read(backend, key, ReadOptions(range: 3..<7, ifMatch: entry.tag)) == Array(content[3..<7]))
            let changed = await ScriptedStore.failure {
                _ = try await read(backend, key, ReadOptions(range: 3..<7, ifMatch: VersionTag("0")))
            }
            #expect(changed?.kind == .preconditionFailed)
            let listed = try await RealStore.entries(backend)
            #expect(listed.map(\.key) == [key])
            #expect(listed.first?.tag == entry.tag)
            #expect(listed.first?.size == 11)
            #expect(listed.first?.written != nil)
        }
    }

    @Test(arguments: RealStore.all) func setsTheTimeAlone(store: RealStore) async throws {
        try await store.use { backend in
            let key = ObjectKey("a b+c")
            var metadata = ObjectMetadata(contentType: "text/x-test", user: [.init(name: "colour", value: "blue")])
            metadata.cacheControl = "max-age=60"
            _ = try await backend.write(
                PartBuffer(Array("x".utf8)), to: key, WriteOptions(metadata: metadata, modified: Timestamp(seconds: 1)))
            let before = try await backend.stat(key, version: nil)
            try await backend.setModified(Timestamp(seconds: 2, nanoseconds: 500_000_000), of: before)
            let after = try await backend.stat(key, version: nil)
            #expect(after.modified == Timestamp(seconds: 2, nanoseconds: 500_000_000))
            #expect(after.metadata == before.metadata)
            #expect(after.tag == before.tag)
            var other = before
            other.tag = VersionTag("other")
            #expect(
                await ScriptedStore.failure { try await backend.setModified(Timestamp(seconds: 3), of: other) }?.kind
                    == .preconditionFailed)
        }
    }

    @Test(arguments: RealStore.all) func saysWhatIsMissing(store: RealStore) async throws {
        try await store.use { backend in
            #expect(
                await ScriptedStore.failure { _ = try await backend.stat(ObjectKey("none"), version: nil) }?.kind
                    == .notFound)
            #expect(await ScriptedStore.failure { _ = try await read(backend, ObjectKey("none")) }?.kind == .notFound)
            #expect(try await backend.containerExists())
            #expect(try await backend.delete([Deletion(key: ObjectKey("none"))])[0].error == nil)
            try await backend.createContainer()
        }
        try await store.use(bucket: "godwit-none-\(UInt32.random(in: 0 ... .max))") { backend in
            let exists = try await backend.containerExists()
            #expect(!exists)
            #expect(
                await ScriptedStore.failure { _ = try await RealStore.entries(backend) }?.kind == .containerNotFound)
            let error = await ScriptedStore.failure { _ = try await write(backend, "k") }
            #expect(error?.kind == .containerNotFound)
        }
    }

    @Test(arguments: RealStore.all) func refusesTheWrongSecret(store: RealStore) async throws {
        guard !store.quirks.contains(.checksNoSignature) else { return }
        try await store.use(secret: "wrong", bucket: "godwit-any") { backend in
            let error = await ScriptedStore.failure { _ = try await RealStore.entries(backend) }
            #expect(error?.kind == .unauthenticated || error?.kind == .permissionDenied)
            #expect(error?.isTransient == false)
        }
    }

    @Test(arguments: RealStore.all) func keepsHostileKeys(store: RealStore) async throws {
        var keys = [
            "plain", "sp ace", "plus+plus", "per%cent", "per%2Fcent", "amp&er<>\"'", "que?ry=1&b#frag", "tilde~!*'()",
            "caf\u{e9}",
            "cafe\u{301}", "日本語/ключ/🙂", "semi;colon:,@$", "[br]{ac}|^`", "a/b/c", "dot./..x/...",
            String(repeating: "k/é", count: 250),
            "+%20 ", "=", "\u{10ffff}",
        ]
        if !store.quirks.contains(.losesLineBreaks) { keys += ["new\nline", "tab\tcr\r"] }
        if !store.quirks.contains(.rewritesPaths) { keys += ["a//b", "/lead", "back\\slash", "trail/"] }
        try await store.use { backend in
            for key in keys { _ = try await write(backend, key, key) }
            let listed = try await RealStore.entries(backend).map(\.key)
            #expect(Set(listed) == Set(keys.map { ObjectKey($0) }))
            #expect(listed.count == keys.count)
            let order = backend.capabilities.listingOrders[0]
            #expect(zip(listed, listed.dropFirst()).allSatisfy { order.compare($0, $1) < 0 })
            for key in keys {
                #expect(try await read(backend, ObjectKey(key)) == Array(key.utf8))
                let copy = ObjectKey("copies/" + key)
                _ = try await backend.copy(
                    CopySource(container: backend.identity.container, entry: Entry(key: ObjectKey(key), size: 1)),
                    to: copy, WriteOptions())
                #expect(try await read(backend, copy) == Array(key.utf8))
            }
            #expect(try await RealStore.entries(backend, prefix: "per%").count == 2)
            let outcomes = try await backend.delete(keys.map { Deletion(key: ObjectKey($0)) })
            #expect(outcomes.allSatisfy { $0.error == nil })
            #expect(try await RealStore.entries(backend).allSatisfy { $0.key.hasPrefix(ObjectKey("copies/")) })
        }
    }

    @Test(arguments: RealStore.all) func listsOverPagesAndDeletesInBatches(store: RealStore) async throws {
        try await store.use { backend in
            let keys = (0..<2500).map { "p/\($0 % 7)/k\($0)" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<16 {
                    group.addTask {
                        for index in stride(from: worker, to: keys.count, by: 16) {
                            _ = try await backend.write(PartBuffer([]), to: ObjectKey(keys[index]), WriteOptions())
                        }
                    }
                }
                try await group.waitForAll()
            }
            let listed = try await RealStore.entries(backend, prefix: "p/").map(\.key)
            #expect(Set(listed) == Set(keys.map { ObjectKey($0) }))
            #expect(listed.count == keys.count)
            let order = backend.capabilities.listingOrders[0]
            #expect(zip(listed, listed.dropFirst()).allSatisfy { order.compare($0, $1) < 0 })
            let after = try await RealStore.entries(backend, prefix: "p/", after: listed[1700].description).map(\.key)
            #expect(after == Array(listed[1701...]))
            let directories = try await RealStore.entries(backend, prefix: "p/", delimiter: true)
            #expect(directories.map(\.key.description) == (0..<7).map { "p/\($0)/" })
            #expect(directories.allSatisfy { $0.kind == .directory })
            let outcomes = try await backend.delete(listed[..<1500].map { Deletion(key: $0) })
            #expect(outcomes.count == 1500)
            #expect(outcomes.allSatisfy { $0.error == nil })
            #expect(try await RealStore.entries(backend).map(\.key) == Array(listed[1500...]))
        }
    }

    @Test(arguments: RealStore.all) func listsTheOldWayToo(store: RealStore) async throws {
        try await store.use(configure: {
            $0.provider.listVersion = 1; $0.listChunk = 3
        }) { backend in
            let keys = ["a", "b c", "d+e", "f/g", "f/h", "i", "j", "k", "l"]
            for key in keys { _ = try await write(backend, key) }
            #expect(try await RealStore.entries(backend).map(\.key.description) == keys)
            for (index, key) in keys.enumerated() {
                let rest = try await RealStore.entries(backend, after: key).map(\.key.description)
                #expect(rest == Array(keys[(index + 1)...]))
            }
            if store.quirks.contains(.repeatsPrefixes) { return }
            let top = try await RealStore.entries(backend, delimiter: true).map(\.key.description)
            #expect(top == ["a", "b c", "d+e", "f/", "i", "j", "k", "l"])
        }
        try await store.use(configure: {
            $0.provider.listsURLEncoded = false; $0.listChunk = 2
        }) { backend in
            let keys = ["a&b", "b c", "d+e%41", "é"]
            for key in keys { _ = try await write(backend, key) }
            #expect(try await RealStore.entries(backend).map(\.key.description) == keys)
        }
    }

    @Test(arguments: RealStore.all) func honoursItsConditions(store: RealStore) async throws {
        try await store.use { backend in
            let conditions = backend.capabilities.conditions
            let key = ObjectKey("k")
            func attempt(_ precondition: Precondition) async -> StorageError? {
                await ScriptedStore.failure {
                    _ = try await backend.write(PartBuffer([9]), to: key, WriteOptions(precondition: precondition))
                }
            }
            if conditions.contains(.writeIfMatch) {
                #expect(await attempt(.matches(VersionTag("0")))?.kind == .preconditionFailed)
            }
            let first = try await write(backend, "k", "first")
            if conditions.contains(.writeIfAbsent) { #expect(await attempt(.absent)?.kind == .preconditionFailed) }
            if conditions.contains(.writeIfMatch) {
                let stale = try #require(first.tag)
                #expect(await attempt(.matches(stale)) == nil)
                #expect(await attempt(.matches(stale))?.kind == .preconditionFailed)
            }
            if conditions.contains(.deleteIfMatch) {
                let outcome = try await backend.delete([Deletion(key: key, ifMatch: VersionTag("0"))])
                #expect(outcome[0].error?.kind == .preconditionFailed)
                let tag = try await backend.stat(key, version: nil).tag
                #expect(try await backend.delete([Deletion(key: key, ifMatch: tag)])[0].error == nil)
            }
            if conditions.contains(.copySourceIfMatch) {
                _ = try await write(backend, "source")
                let stale = Entry(key: ObjectKey("source"), size: 1, tag: VersionTag("0"))
                let error = await ScriptedStore.failure {
                    _ = try await backend.copy(
                        CopySource(container: backend.identity.container, entry: stale), to: key, WriteOptions())
                }
                #expect(error?.kind == .preconditionFailed)
            }
            if conditions.contains(.writeIfAbsent) {
                let source = try await write(backend, "source")
                _ = try await write(backend, "taken")
                let error = await ScriptedStore.failure {
                    _ = try await backend.copy(
                        CopySource(container: backend.identity.container, entry: source), to: ObjectKey("taken"),
                        WriteOptions(precondition: .absent))
                }
                #expect(error?.kind == .preconditionFailed)
            }
        }
    }

    @Test(arguments: RealStore.all) func copiesWithAndWithoutMetadata(store: RealStore) async throws {
        try await store.use { backend in
            let container = backend.identity.container
            let metadata = ObjectMetadata(contentType: "text/x-test", user: [.init(name: "a", value: "1")])
            _ = try await backend.write(
                PartBuffer(Array("x".utf8)), to: ObjectKey("s"),
                WriteOptions(metadata: metadata, modified: Timestamp(seconds: 7)))
            let source = try await backend.stat(ObjectKey("s"), version: nil)
            let copied = try await backend.copy(
                CopySource(container: container, entry: source), to: ObjectKey("t"), WriteOptions())
            #expect(copied.tag == source.tag)
            let kept = try await backend.stat(ObjectKey("t"), version: nil)
            #expect(kept.metadata == source.metadata)
            #expect(kept.modified == Timestamp(seconds: 7))
            _ = try await backend.copy(
                CopySource(container: container, entry: source), to: ObjectKey("u"),
                WriteOptions(
                    metadata: ObjectMetadata(contentType: "text/y", user: [.init(name: "b", value: "2")]),
                    modified: Timestamp(seconds: 8), replacesMetadata: true))
            let replaced = try await backend.stat(ObjectKey("u"), version: nil)
            #expect(replaced.metadata?.user == [.init(name: "b", value: "2")])
            #expect(replaced.metadata?.contentType == "text/y")
            #expect(replaced.modified == Timestamp(seconds: 8))
            let missing = CopySource(container: container, entry: Entry(key: ObjectKey("none"), size: 1))
            let error = await ScriptedStore.failure {
                _ = try await backend.copy(missing, to: ObjectKey("v"), WriteOptions())
            }
            #expect(error?.kind == .notFound)
        }
    }

    @Test(arguments: RealStore.all) func writesInPartsAndCopiesThem(store: RealStore) async throws {
        try await store.use { backend in
            let partSize = 5 << 20
            let content = (0..<(partSize + 1000)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let key = ObjectKey("big file~1")
            let session = try await backend.beginUpload(
                to: key, size: Int64(content.count), partSize: Int64(partSize),
                WriteOptions(
                    metadata: ObjectMetadata(contentType: "text/x", user: [.init(name: "a", value: "1")]),
                    modified: Timestamp(seconds: 9)))
            #expect(try await backend.unfinishedUploads(under: ObjectKey("big")).map(\.token) == [session.token])
            let second = try await session.upload(2, at: Int64(partSize), PartBuffer(Array(content[partSize...])))
            let first = try await session.upload(1, at: 0, PartBuffer(Array(content[..<partSize])))
            let digests = [content[..<partSize], content[partSize...]].map { Digest.of(Array($0), .md5) }
            let made = try await session.complete([first, second], expected: Digest.composite(digests))
            #expect(made.size == Int64(content.count))
            let entry = try await backend.stat(key, version: nil)
            #expect(entry.size == Int64(content.count))
            #expect(entry.tag == made.tag)
            #expect(entry.modified == Timestamp(seconds: 9))
            #expect(entry.metadata?.user == [.init(name: "a", value: "1")])
            if backend.connection.policy.compositeTagsAreMD5 {
                #expect(entry.tag?.lookalike == Digest.composite(digests))
            }
            #expect(try await read(backend, key) == content)
            let range = Int64(partSize) - 10..<Int64(partSize) + 10
            #expect(
                try await read(backend, key, ReadOptions(range: range))
                    == Array(content[Int(range.lowerBound)..<Int(range.upperBound)]))

            let copy = try await backend.beginUpload(
                to: ObjectKey("copy"), size: entry.size, partSize: Int64(partSize),
                WriteOptions(modified: Timestamp(seconds: 9)))
            let source = CopySource(container: backend.identity.container, entry: entry)
            let parts = [
                try await copy.copy(1, from: source, range: 0..<Int64(partSize)),
                try await copy.copy(2, from: source, range: Int64(partSize)..<entry.size),
            ]
            let copied = try await copy.complete(parts, expected: nil)
            #expect(copied.size == entry.size)
            #expect(try await read(backend, ObjectKey("copy")) == content)
        }
    }

    @Test(arguments: RealStore.all) func abandonsUploads(store: RealStore) async throws {
        try await store.use { backend in
            let session = try await backend.beginUpload(
                to: ObjectKey("k"), size: 20 << 20, partSize: 10 << 20, WriteOptions())
            _ = try await session.upload(1, at: 0, PartBuffer([UInt8](repeating: 1, count: 1000)))
            try await session.abort()
            try await session.abort()
            #expect(try await backend.unfinishedUploads(under: .root).isEmpty)
            #expect(
                await ScriptedStore.failure { _ = try await backend.stat(ObjectKey("k"), version: nil) }?.kind
                    == .notFound)
            for index in 0..<3 {
                _ = try await backend.beginUpload(
                    to: ObjectKey("u/\(index)"), size: 20 << 20, partSize: 10 << 20, WriteOptions())
            }
            let found = try await backend.unfinishedUploads(under: ObjectKey("u/"))
            #expect(found.map(\.key.description).sorted() == ["u/0", "u/1", "u/2"])
            #expect(found.allSatisfy { $0.begun != nil })
            for upload in found { try await backend.abort(upload) }
            #expect(try await backend.unfinishedUploads(under: .root).isEmpty)
        }
    }

    @Test(arguments: RealStore.all) func signsURLsAndListsBuckets(store: RealStore) async throws {
        try await store.use { backend in
            _ = try await write(backend, "a b/é+", "presigned")
            let url = try await backend.presignedURL(for: ObjectKey("a b/é+"), expires: .seconds(60))
            #expect(url.contains("X-Amz-Signature="))
            let response = try await backend.connection.client.send(.init(.get, url))
            #expect(response.status == 200)
            #expect(response.body == Array("presigned".utf8))
            let account = S3Account(
                settings: backend.connection.settings,
                credentials: StaticCredentials(Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret")),
                client: backend.connection.client, ledger: RequestLedger())
            let buckets = try await account.buckets()
            #expect(buckets.contains { $0.name == backend.identity.container && $0.created != nil })
        }
    }

    @Test(arguments: RealStore.all) func keepsItsBucketUntilItIsEmpty(store: RealStore) async throws {
        try await store.use { backend in
            _ = try await write(backend, "k")
            let error = await ScriptedStore.failure { try await backend.removeContainer(.root) }
            #expect(error?.kind == .preconditionFailed)
            #expect(error?.isTransient == false)
        }
    }
}
