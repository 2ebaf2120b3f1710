// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageLayers
import StorageModel
import Testing

@Suite struct RetryTests {
    private let backend = ScriptedBackend()
    private let clock = InstantClock()
    private let counter = RetryCounter()
    private let key = ObjectKey("a")

    @Test func whatMaySucceedIsTriedAgain() async throws {
        backend.put("a", "text")
        backend.script("stat", .fail(transient()), .fail(transient(.timedOut)))
        let entry = try await retrying(backend, counter: counter, clock: clock).stat(key, version: nil)
        #expect(entry.size == 4)
        #expect(counter.count == 2)
        #expect(clock.sleeps == [.milliseconds(100), .milliseconds(200)])
    }

    @Test func whatCannotSucceedIsNot() async {
        backend.script("stat", .fail(permanent(.permissionDenied)))
        await #expect { try await retrying(backend, clock: clock).stat(key, version: nil) } throws: {
            ($0 as? StorageError)?.kind == .permissionDenied && ($0 as? StorageError)?.disposition == .permanent
        }
        #expect(backend.log == ["stat"])
        #expect(clock.sleeps.isEmpty)
    }

    @Test func attemptsEnd() async {
        for _ in 0..<20 { backend.script("stat", .fail(transient())) }
        let inner = retrying(backend, attempts: 4, counter: counter, clock: clock)
        // A layer above must not begin again.
        await #expect { try await retrying(inner, attempts: 4, clock: clock).stat(key, version: nil) } throws: {
            ($0 as? StorageError)?.disposition == .exhausted(attempts: 4)
        }
        #expect(backend.log.count == 4)
        #expect(counter.count == 3)
    }

    @Test func theStoreSaysWhen() async throws {
        backend.put("a", "")
        backend.script("stat", .fail(transient(after: .seconds(7))))
        _ = try await retrying(backend, clock: clock).stat(key, version: nil)
        #expect(clock.sleeps == [.seconds(7)])
        backend.script("stat", .fail(transient(after: .seconds(3600))))
        await #expect { try await retrying(backend, clock: clock).stat(key, version: nil) } throws: {
            ($0 as? StorageError)?.disposition == .exhausted(attempts: 1)
        }
    }

    @Test func throttlingIsNoFailure() async throws {
        backend.put("a", "")
        for _ in 0..<30 { backend.script("stat", .fail(transient(.rateLimited))) }
        _ = try await retrying(backend, attempts: 1, counter: counter, clock: clock).stat(key, version: nil)
        #expect(counter.count == 30)
        #expect(clock.sleeps[0] == .milliseconds(150))
        #expect(clock.sleeps.last == .seconds(15))
    }

    @Test func throttlingEndsAtLast() async {
        for _ in 0..<300 { backend.script("stat", .fail(transient(.rateLimited))) }
        await #expect { try await retrying(backend, clock: clock).stat(key, version: nil) } throws: {
            guard case .exhausted(let attempts)? = ($0 as? StorageError)?.disposition else { return false }
            return attempts > 60
        }
        #expect(clock.now.time <= .seconds(900) && clock.now.time > .seconds(800))
    }

    @Test(arguments: [0, 0.999]) func waitsAreBounded(_ random: Double) async {
        for _ in 0..<30 { backend.script("stat", .fail(transient())) }
        _ = try? await retrying(backend, attempts: 30, clock: clock, random: random).stat(key, version: nil)
        #expect(clock.sleeps.count == 29)
        #expect(clock.sleeps.allSatisfy { $0 <= .seconds(20) })
        #expect((clock.sleeps.max() ?? .zero) >= .seconds(random > 0 ? 19 : 0))
    }

    @Test func cancellingEndsTheWait() async {
        backend.script("stat", .fail(transient()))
        let cancelled = await withTaskGroup(of: StorageError?.self) { group in
            group.addTask {
                withUnsafeCurrentTask { $0?.cancel() }
                do throws(StorageError) {
                    _ = try await retrying(backend, clock: clock).stat(key, version: nil)
                    return nil
                } catch {
                    return error
                }
            }
            return await group.next() ?? nil
        }
        #expect(cancelled?.kind == .cancelled)
    }

    @Test func everyOperationIsTriedAgain() async throws {
        backend.put("a", "text")
        let entry = try await backend.stat(key, version: nil)
        let source = CopySource(container: "c", entry: entry)
        let store = retrying(backend, counter: counter)
        let part = PartBuffer(Array("text".utf8))
        let calls = [
            "stat", "read", "write", "begin", "part", "copyPart", "complete", "abort", "copy", "setModified", "delete",
            "attributes", "setAttributes", "keptAttributes",
            "createContainer", "removeContainer", "containerExists", "keepsVersions",
            "unfinished", "page",
        ]
        for call in calls { backend.script(call, .fail(transient())) }
        // The upload that begins at the second attempt looks for what the first one left, which may fail too.
        backend.script("unfinished", .fail(transient()))
        _ = try await store.stat(key, version: nil)
        _ = try await store.read(key, ReadOptions(), into: PartBuffer(capacity: 4))
        _ = try await store.write(part, to: key, WriteOptions())
        let upload = try await store.beginUpload(to: key, size: 4, partSize: 4, WriteOptions())
        let receipt = try await upload.upload(1, at: 0, part)
        _ = try await upload.copy(2, from: source, range: 0..<1)
        _ = try await upload.complete([receipt], expected: nil)
        try await upload.abort()
        _ = try await store.copy(source, to: key, WriteOptions())
        try await store.setModified(Timestamp(seconds: 0), of: entry)
        _ = try await store.attributes(of: entry, .tags)
        try await store.setAttributes(.tags, of: entry, to: ObjectMetadata(), modified: nil)
        #expect(try await store.keptAttributes(of: .lock) == .lock)
        #expect(try await store.delete([Deletion(key: key)]).count == 1)
        try await store.createContainer()
        try await store.removeContainer(.root)
        #expect(try await store.containerExists())
        #expect(try await store.keepsVersions())
        _ = try await store.unfinishedUploads(under: .root)
        #expect(try await store.list(ListRequest(order: .keyBytes)).next() == nil)
        #expect(counter.count == calls.count + 1)
        backend.script("abort", .fail(transient()))
        try await store.abort(UnfinishedUpload(key: key, token: "", begun: nil))
        #expect(counter.count == calls.count + 2)
        #expect(store.identity == backend.identity)
        #expect(store.capabilities == backend.capabilities)
    }
}
