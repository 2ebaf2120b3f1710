// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageLayers
import StorageModel
import StorageTestKit
import Testing

/// Where every write leaves a version, one whose answer was lost is not made again.
@Suite struct LostVersionTests {
    private static let losses = [transient(), permanent(.outcomeUnknown)]

    private let inner = MemoryBackend(
        options: {
            var options = MemoryOptions()
            options.keepsVersions = true
            return options
        }())
    private let key = ObjectKey("a")
    private let options = WriteOptions(
        metadata: ObjectMetadata(user: [.init(name: ObjectMetadata.sourceVersionName, value: "v7")]),
        replacesMetadata: true)

    private func faulty(_ operation: StorageError.Operation, _ call: Int, _ loss: StorageError) -> InterceptedBackend {
        retrying(
            FaultyBackend(inner, faults: [.init(call: call, of: operation, times: 2, moment: .after, error: loss)]))
    }

    private func versions() async throws -> Int {
        var request = ListRequest(prefix: .root, order: .keyBytes)
        request.versions = .all
        return try await inner.list(request).next()?.entries.count ?? 0
    }

    /// The same content is there already, which proves nothing.
    @Test(arguments: losses) func written(_ loss: StorageError) async throws {
        try await inner.put([1], at: key, WriteOptions())
        let entry = try await faulty(.write, 1, loss).write(PartBuffer([1]), to: key, options)
        #expect(entry.version == "version-2")
        #expect(try await versions() == 2)
    }

    @Test(arguments: losses) func copied(_ loss: StorageError) async throws {
        let source = try await inner.put([1], at: ObjectKey("s"), WriteOptions())
        try await inner.put([1], at: key, WriteOptions())
        _ = try await faulty(.copy, 1, loss).copy(inner.copySource(source), to: key, options)
        #expect(try await versions() == 3)
    }

    @Test(arguments: losses) func completed(_ loss: StorageError) async throws {
        try await inner.put([1], at: key, WriteOptions())
        let upload = try await faulty(.upload, 3, loss).beginUpload(to: key, size: 1, partSize: 1, options)
        let part = try await upload.upload(1, at: 0, PartBuffer([1]))
        let entry = try await upload.complete([part], expected: nil)
        #expect(entry.version == "version-2")
        #expect(try await versions() == 2)
    }

    @Test(arguments: losses) func notWritten(_ loss: StorageError) async throws {
        try await inner.put([1], at: key, WriteOptions())
        let refusing = FaultyBackend(inner, faults: [.init(call: 1, of: .write, moment: .before, error: loss)])
        _ = try await retrying(refusing).write(PartBuffer([1]), to: key, options)
        #expect(try await versions() == 2)
    }
}
