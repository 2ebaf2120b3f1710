// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// A store that keeps its objects in a tree may lose one of `a` and `a/b` when both are written at once.
@Suite struct ParentsFirstTests {
    /// Notes every write that begins while another object of the same path is being written.
    private final class Tree: WrappedBackend, @unchecked Sendable {  // safe: its state is behind a lock
        private let writing = Mutex<Set<ObjectKey>>([])
        let clashes = Mutex<[ObjectKey]>([])
        let awaitsClash: Bool
        /// All objects are being written: no clash is to come.
        private static let writersMax = 8

        init(_ inner: any Backend, awaitsClash: Bool = false) {
            self.awaitsClash = awaitsClash
            super.init(inner)
        }

        override func write(
            _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
        ) async throws(StorageError) -> Entry {
            writing.withLock { writing in
                if writing.contains(where: { $0.isBelow(key) || key.isBelow($0) }) {
                    clashes.withLock { $0.append(key) }
                }
                writing.insert(key)
            }
            defer { writing.withLock { _ = $0.remove(key) } }
            // Where a clash is expected, the first waits for it: on a full machine the next may be long in coming.
            repeat {
                do { try await Task.sleep(for: .milliseconds(2)) } catch { break }
            } while awaitsClash && clashes.withLock(\.isEmpty) && writing.withLock { $0.count } < Self.writersMax
            return try await inner.write(content, to: key, options)
        }
    }

    private static let objects = [
        "a": "1", "a/b": "2", "a/b/c": "3", "a-b": "4", "foo": "5", "foo/x/y": "6", "foo/z": "7", "foo.d/x": "8",
    ]

    @Test(arguments: [1, 2, 7])
    func childrenWaitForTheirParents(pageSize: Int) async throws {
        let source = bucket(pageSize: pageSize)
        try await source.fill(Self.objects)
        let target = Tree(bucket(orders: [.pathComponents], pageSize: pageSize))
        #expect(await ran(.sync, source, target).report.objects.transferred == Self.objects.count)
        #expect(target.clashes.withLock(\.self) == [])
        #expect(try await target.contents() == source.contents())

        // Where keys are only keys, nothing waits: the same objects clash.
        let flat = Tree(bucket(pageSize: pageSize), awaitsClash: true)
        #expect(await ran(.sync, source, flat).isClean)
        #expect(!flat.clashes.withLock(\.self).isEmpty)
    }

    @Test func aFailedParentHoldsNobodyUp() async throws {
        let source = bucket()
        try await source.fill(Self.objects)
        let target = FaultyWrites(bucket(orders: [.pathComponents]), failing: ["a", "foo"])
        let run = await ran(.sync, source, target) { $0.passesMax = 1 }
        #expect(run.report.objects.failed == 2)
        #expect(run.report.objects.transferred == Self.objects.count - 2)
    }

    private final class FaultyWrites: WrappedBackend, @unchecked Sendable {  // safe: immutable
        private let failing: Set<ObjectKey>

        init(_ inner: any Backend, failing: [String]) {
            self.failing = Set(failing.map { ObjectKey($0) })
            super.init(inner)
        }

        override func write(
            _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
        ) async throws(StorageError) -> Entry {
            guard !failing.contains(key) else {
                throw StorageError(.permissionDenied, during: .write, key: key, message: "scripted")
            }
            return try await inner.write(content, to: key, options)
        }
    }
}
