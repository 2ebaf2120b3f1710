// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization
import Testing

@testable import SyncEngine

@Suite struct KeepQueueTests {
    private final class Shared<Value: Sendable>: Sendable {
        let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
    }

    private func record(_ number: Int) -> UndoRecord {
        UndoRecord(change: .created, key: ObjectKey("\(number)"), before: nil, kept: nil)
    }

    @Test func manyAreWrittenTogether() async throws {
        let written = Shared<[[ObjectKey]]>([])
        let queue = KeepQueue { records throws(StorageError) in
            for _ in 0..<10 { await Task.yield() }
            written.value.withLock { $0.append(records.map(\.key)) }
        }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    do throws(StorageError) { try await queue.keep([self.record(number)]) } catch {
                        Issue.record("\(error)")
                    }
                    #expect(written.value.withLock { $0.joined().contains(ObjectKey("\(number)")) })
                }
            }
        }
        let batches = written.value.withLock(\.self)
        #expect(batches.joined().count == 500 && Set(batches.joined()).count == 500)
        #expect(batches.count < 250)
    }

    @Test func everyoneLearnsOfAFailure() async throws {
        let calls = Shared(0)
        let queue = KeepQueue { _ throws(StorageError) in
            await Task.yield()
            let call = calls.value.withLock { calls in
                calls += 1
                return calls
            }
            if call > 1 { throw StorageError(.outOfSpace, during: .write, message: "full") }
        }
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    do throws(StorageError) {
                        try await queue.keep([self.record(number)])
                        return false
                    } catch {
                        return error.kind == .outOfSpace
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures >= 1 && failures < 50)
    }

    @Test func nestedKeysFollowOneAnother() async throws {
        let keys = ["a/b/c", "b", "a", "a-b", "a/b", "ab/c", "b/c"].map { ObjectKey($0) }
        let chains = NestedKeys.chains(keys, \.self).map { $0.map(\.description) }
        #expect(chains == [["a", "a/b", "a/b/c"], ["a-b"], ["ab/c"], ["b", "b/c"]])
    }
}
