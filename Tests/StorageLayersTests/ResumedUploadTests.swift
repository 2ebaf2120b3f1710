// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageLayers
import StorageModel
import Synchronization
import Testing

/// Uploads that are taken up again, through the layers.
@Suite struct ResumedUploadTests {
    private let backend = ScriptedBackend()
    private let key = ObjectKey("a")
    private let time = Timestamp(seconds: 5)

    /// Every layer around the store.
    private func store(_ counter: RetryCounter = RetryCounter()) -> any Backend {
        let paced = InterceptedBackend(backend, BandwidthLimit(readRate: 1, writeRate: 1 << 40, clock: InstantClock()))
        let limited = InterceptedBackend(InterceptedBackend(paced, AttemptTimeout(.seconds(60))), ConcurrencyLimit(1))
        return retrying(limited, attempts: 3, counter: counter)
    }

    private func resume(_ token: String, _ counter: RetryCounter = RetryCounter()) async throws -> any UploadSession {
        try await store(counter).resumeUpload(token, to: key, size: 7, partSize: 4, WriteOptions(modified: time))
    }

    private func left() async throws -> (token: String, part: PartReceipt) {
        let session = try await store().beginUpload(
            to: key, size: 7, partSize: 4, WriteOptions(modified: time))
        let part = try await session.upload(1, at: 0, PartBuffer(Array("abcd".utf8)))
        await session.suspend()
        #expect(backend.log.last == "suspend")
        return (session.token, part)
    }

    @Test func takingUpIsTriedAgain() async throws {
        let (token, part) = try await left()
        backend.script("resume", .fail(transient()), .lose(transient(.timedOut)))
        backend.script("verify", .lose(transient()), .fail(transient(.rateLimited)))
        let counter = RetryCounter()
        let session = try await resume(token, counter)
        #expect(session.token == token)
        #expect(try await session.verified([part]) == [part])
        #expect(counter.count == 4)
        #expect(backend.log.filter { $0 == "resume" || $0 == "verify" }.count == 6)
        let calls = backend.log.count
        await session.suspend()
        #expect(backend.log.dropFirst(calls) == ["suspend"])
        #expect(backend.state.withLock { $0.uploads[token] } != nil)
    }

    @Test func whatIsGoneIsNotLookedForAgain() async throws {
        let counter = RetryCounter()
        await #expect { try await resume("none", counter) } throws: { ($0 as? StorageError)?.kind == .notFound }
        let (token, part) = try await left()
        let session = try await resume(token, counter)
        backend.script("verify", .fail(permanent(.notFound)))
        await #expect { try await session.verified([part]) } throws: { ($0 as? StorageError)?.kind == .notFound }
        #expect(counter.count == 0)
    }

    @Test func aLostCompletionIsSettledThere() async throws {
        let (token, _) = try await left()
        let session = try await resume(token)
        let parts = [
            try await session.upload(1, at: 0, PartBuffer(Array("abcd".utf8))),
            try await session.upload(2, at: 4, PartBuffer(Array("efg".utf8))),
        ]
        backend.script("complete", .lose(permanent(.outcomeUnknown)))
        #expect(try await session.complete(parts, expected: nil).modified == time)
        #expect(backend.text("a") == "abcdefg")
        #expect(backend.log.filter { $0 == "complete" }.count == 2)
    }

    @Test func flushingIsTriedAgain() async throws {
        backend.script("flush", .fail(transient()))
        let counter = RetryCounter()
        try await store(counter).flush()
        #expect(counter.count == 1)
        backend.script("flush", .fail(permanent(.outOfSpace)))
        await #expect { try await store(counter).flush() } throws: { ($0 as? StorageError)?.kind == .outOfSpace }
        #expect(counter.count == 1)
    }
}
