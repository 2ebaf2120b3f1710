// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageLayers
import StorageModel
import Synchronization
import Testing

/// Answers that never arrive, and what the next attempt may conclude.
@Suite struct LostAnswerTests {
    private let backend = ScriptedBackend()
    private let key = ObjectKey("a")
    private let time = Timestamp(seconds: 5)

    private func begin() async throws -> (any UploadSession, [PartReceipt]) {
        let upload = try await retrying(backend, attempts: 3).beginUpload(
            to: key, size: 7, partSize: 4, WriteOptions(modified: time))
        let first = try await upload.upload(1, at: 0, PartBuffer(Array("abcd".utf8)))
        let second = try await upload.upload(2, at: 4, PartBuffer(Array("efg".utf8)))
        return (upload, [first, second])
    }

    @Test(arguments: [transient(), permanent(.outcomeUnknown)]) func completed(_ loss: StorageError) async throws {
        let (upload, parts) = try await begin()
        backend.script("complete", .lose(loss))
        let entry = try await upload.complete(parts, expected: nil)
        #expect(entry.size == 7)
        #expect(backend.text("a") == "abcdefg")
        #expect(backend.log.filter { $0 == "complete" }.count == 2)
    }

    /// An earlier attempt made the same object, and its end was not heard of either.
    @Test(arguments: [transient(), permanent(.outcomeUnknown)])
    func theSameObjectOfAnEarlierUploadLeavesNoneUnfinished(_ loss: StorageError) async throws {
        let (first, itsParts) = try await begin()
        _ = try await first.complete(itsParts, expected: nil)
        let (upload, parts) = try await begin()
        backend.script("complete", .fail(loss))
        #expect(try await upload.complete(parts, expected: nil).size == 7)
        #expect(backend.state.withLock { $0.uploads.isEmpty })
    }

    @Test(arguments: [transient(), permanent(.outcomeUnknown)]) func notCompleted(_ loss: StorageError) async throws {
        backend.put("a", "older")
        let (upload, parts) = try await begin()
        backend.script("complete", .fail(loss))
        _ = try await upload.complete(parts, expected: nil)
        #expect(backend.text("a") == "abcdefg")
        #expect(backend.log.filter { $0 == "complete" }.count == 2)
    }

    /// The same bytes with another time are an older object: the upload still has to be completed.
    @Test func anOlderObjectOfTheSameBytesProvesNothing() async throws {
        backend.state.withLock {
            $0.objects[key] = .init(bytes: Array("abcdefg".utf8), modified: Timestamp(seconds: 4), parts: 2)
        }
        let (upload, parts) = try await begin()
        backend.script("complete", .fail(permanent(.outcomeUnknown)))
        #expect(try await upload.complete(parts, expected: nil).modified == time)
    }

    /// Completed, and overwritten by somebody before the answer could be settled.
    @Test func whatCannotBeProvenStaysUnknown() async throws {
        let (upload, parts) = try await begin()
        backend.script("complete", .lose(permanent(.outcomeUnknown)))
        backend.script("stat", .after { $0.put("a", "another") })
        await #expect { try await upload.complete(parts, expected: nil) } throws: {
            ($0 as? StorageError)?.kind == .outcomeUnknown && ($0 as? StorageError)?.isTransient == false
        }
        #expect(backend.text("a") == "another")
    }

    @Test func anUploadThatIsGoneFromTheStartIsAnError() async throws {
        let (upload, parts) = try await begin()
        backend.state.withLock { $0.uploads = [:] }
        await #expect { try await upload.complete(parts, expected: nil) } throws: {
            ($0 as? StorageError)?.kind == .unexpected
        }
    }

    /// What another one began long before, or under another key, is not ours to give up.
    @Test func uploadsThatBeganWithoutAnAnswerAreGivenUp() async throws {
        backend.state.withLock {
            $0.clock = 100
            $0.start("older", key)
            $0.clock = 1_000
            $0.start("of another key", ObjectKey("ab"))
        }
        backend.script("begin", .lose(transient()), .lose(transient(.timedOut)))
        let (upload, _) = try await begin()
        let left = backend.state.withLock { Set($0.uploads.keys) }
        #expect(left == ["older", "of another key", upload.token])
    }

    /// Whoever keeps account of uploads must hear that one may be left.
    @Test(arguments: ["abort", "unfinished"]) func aTwinThatCannotBeGivenUpIsTold(failing: String) async throws {
        backend.state.withLock { $0.clock = 1_000 }
        backend.script("begin", .lose(transient()))
        backend.script(failing, .fail(transient()), .fail(transient()), .fail(transient()))
        let (upload, _) = try await begin()
        #expect(upload.mayHaveTwin)
        let again = try await begin().0
        #expect(!again.mayHaveTwin)
    }

    @Test func anUploadThatWasThrottledBeganNothing() async throws {
        backend.script("begin", .fail(transient(.rateLimited)))
        _ = try await begin()
        #expect(!backend.log.contains("unfinished"))
    }

    @Test func aConditionThatOurOwnWriteBroke() async throws {
        let content = PartBuffer(Array("text".utf8))
        let options = WriteOptions(modified: time, precondition: .absent)
        backend.script("write", .lose(permanent(.outcomeUnknown)))
        #expect(try await retrying(backend).write(content, to: key, options).size == 4)
        #expect(backend.log == ["write", "stat"])
    }

    @Test func aConditionThatSomebodyElseBroke() async throws {
        let content = PartBuffer(Array("text".utf8))
        let options = WriteOptions(modified: time, precondition: .absent)
        backend.script("write", .fail(transient()), .after { $0.put("a", "theirs") })
        await #expect { try await retrying(backend).write(content, to: key, options) } throws: {
            ($0 as? StorageError)?.kind == .preconditionFailed
        }
        #expect(backend.text("a") == "theirs")
    }

    @Test func aContainerThatIsAlreadyGone() async throws {
        backend.script("removeContainer", .lose(transient()))
        try await retrying(backend).removeContainer(.root)
        await #expect { try await retrying(backend).removeContainer(.root) } throws: {
            ($0 as? StorageError)?.kind == .containerNotFound
        }
    }

    @Test func onlyFailedDeletionsAreRepeated() async throws {
        for name in ["a", "b", "c", "d"] { backend.put(name, "") }
        backend.script("delete b", .fail(transient(.rateLimited)))
        backend.script("delete c", .fail(permanent(.permissionDenied)))
        let keys = ["a", "b", "c", "d"].map { Deletion(key: ObjectKey($0)) }
        let outcomes = try await retrying(backend).delete(keys)
        #expect(outcomes.map(\.key) == keys.map(\.key))
        #expect(outcomes.map { $0.error?.kind } == [nil, nil, .permissionDenied, nil])
        #expect(backend.log.filter { $0.hasPrefix("delete ") && $0.contains(",") } == ["delete a,b,c,d"])
        #expect(backend.log.filter { $0 == "delete b" }.count == 3)
        #expect(backend.log.filter { $0 == "delete a" }.count == 1)
    }

    @Test func deletionsThatNeverSucceedAreToldOneByOne() async throws {
        for _ in 0..<5 { backend.script("delete b", .fail(transient())) }
        let outcomes = try await retrying(backend, attempts: 3).delete(
            ["a", "b"].map { Deletion(key: ObjectKey($0)) })
        #expect(outcomes[0].error == nil)
        #expect(outcomes[1].error?.disposition == .exhausted(attempts: 3))
        backend.script("delete", .fail(permanent(.containerNotFound)))
        await #expect(throws: StorageError.self) { try await retrying(backend).delete([Deletion(key: key)]) }
    }
}
