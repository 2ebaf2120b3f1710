// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageLayers
import StorageModel
import Testing

@Suite struct ResumedReadTests {
    private let backend = ScriptedBackend()
    private let key = ObjectKey("a")
    private let text = "0123456789"

    private func options(_ range: Range<Int64>? = nil) async throws -> ReadOptions {
        ReadOptions(range: range, ifMatch: try await backend.stat(key, version: nil).tag)
    }

    private var reads: [String] { backend.log.filter { $0.hasPrefix("read") } }

    @Test func goesOnWhereItBrokeOff() async throws {
        backend.put("a", text)
        backend.script("read", .breakOff(3, transient()), .breakOff(0, transient()), .breakOff(4, transient()))
        let buffer = PartBuffer(capacity: 100)
        let entry = try await retrying(backend).read(key, options(), into: buffer)
        #expect(buffer.array == Array(text.utf8))
        #expect(entry.size == 10)
        #expect(reads == ["read", "read 3-10", "read 3-10", "read 7-10"])
    }

    @Test func goesOnWithinARange() async throws {
        backend.put("a", text)
        backend.script("read", .breakOff(2, transient()))
        let buffer = PartBuffer(capacity: 100)
        _ = "before".utf8.withContiguousStorageIfAvailable { buffer.append(UnsafeRawBufferPointer($0)) }
        _ = try await retrying(backend).read(key, options(4..<8), into: buffer)
        #expect(buffer.array == Array("before4567".utf8))
        #expect(reads == ["read 4-8", "read 6-8"])
    }

    @Test func twoStatesAreNeverSpliced() async throws {
        backend.put("a", text)
        let options = try await options()
        backend.script("read", .breakOff(3, transient()))
        backend.script("stat", .after { $0.put("a", "abcdefghij") })
        let buffer = PartBuffer(capacity: 100)
        await #expect { try await retrying(backend).read(key, options, into: buffer) } throws: {
            ($0 as? StorageError)?.kind == .preconditionFailed
        }
        #expect(reads.count == 1)
    }

    @Test func aChangeBehindTheStatShowsToo() async throws {
        backend.put("a", text)
        let options = try await options()
        backend.script("read", .breakOff(3, transient()), .after { $0.put("a", "abcdefghij") })
        await #expect { try await retrying(backend).read(key, options, into: PartBuffer(capacity: 100)) } throws: {
            ($0 as? StorageError)?.kind == .preconditionFailed
        }
    }

    @Test func withoutATagItBeginsAnew() async throws {
        backend.put("a", text)
        backend.script("read", .breakOff(3, transient()), .after { $0.put("a", "abcdefgh") })
        let buffer = PartBuffer(capacity: 100)
        _ = try await retrying(backend).read(key, ReadOptions(), into: buffer)
        #expect(buffer.array == Array("abcdefgh".utf8))
        #expect(reads == ["read", "read"])
    }

    @Test func withoutATagNothingGoesBehindOtherBytes() async {
        backend.put("a", text)
        backend.script("read", .breakOff(3, transient()))
        let buffer = PartBuffer([1])
        let larger = PartBuffer(capacity: 100)
        _ = buffer.withUnsafeBytes { larger.append($0) }
        await #expect { try await retrying(backend).read(key, ReadOptions(), into: larger) } throws: {
            ($0 as? StorageError)?.kind == .connectionLost && ($0 as? StorageError)?.isTransient == false
        }
    }

    @Test func onlyTheEndOfTheAnswerWasLost() async throws {
        backend.put("a", text)
        backend.script("read", .lose(transient()))
        let buffer = PartBuffer(capacity: 10)
        let entry = try await retrying(backend).read(key, options(), into: buffer)
        #expect(buffer.array == Array(text.utf8))
        #expect(entry.size == 10)
        #expect(reads.count == 1)
    }
}
