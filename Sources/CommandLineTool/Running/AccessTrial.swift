// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Tries what credentials allow, and writes a line about each.
struct AccessTrial {
    let output: ByteSink
    private(set) var failures: [StorageError] = []

    init(output: ByteSink) { self.output = output }

    /// Tries one thing.
    /// - Returns: whether it is allowed.
    @discardableResult
    mutating func step(_ name: String, _ body: () async throws(StorageError) -> Void) async throws -> Bool {
        do throws(StorageError) {
            try await body()
            try? output.write("\(DecimalText.left(name, 16)) yes\n")
            return true
        } catch {
            if error.kind == .cancelled { throw error }
            failures.append(error)
            try output.write("\(DecimalText.left(name, 16)) no: \(error)\n")
            return false
        }
    }

    /// Writes a small object under `prefix`, reads it back and deletes it.
    mutating func writing(to backend: any Backend, under prefix: ObjectKey) async throws {
        let key = ObjectKey(".godwit-test-\(UInt32.random(in: .min ... .max))").prefixed(by: prefix)
        let content = PartBuffer(Array("godwit".utf8))
        let isWritten = try await step("write an object") { () throws(StorageError) in
            _ = try await backend.write(content, to: key, WriteOptions())
        }
        guard isWritten else { return }
        try await step("read it") { () throws(StorageError) in
            let back = PartBuffer(capacity: content.count)
            _ = try await backend.read(key, ReadOptions(), into: back)
            guard back.array == content.array else {
                throw StorageError(.corrupted, during: .read, key: key, message: "other bytes came back")
            }
        }
        try await step("delete it") { () throws(StorageError) in
            for outcome in try await backend.delete([Deletion(key: key)]) {
                if let error = outcome.error { throw error }
            }
        }
    }
}
