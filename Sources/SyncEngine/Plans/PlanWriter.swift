// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
public import StorageModel
import Synchronization

/// Writes the changes of a dry run to a file, as they are decided. The file has its name only once it is whole.
public final class PlanWriter: PlanSink {
    private struct State: ~Copyable {
        var packer = BlockPacker()
        var digester = Digester(.sha256)
        var changes: [UInt8] = []
        var size: Int64 = 0
    }

    private let path: String
    private let file: NamedFile
    private let state: Mutex<State>

    /// Begins the plan that ``finish()`` puts at `path`.
    public init(_ path: String, _ header: PlanHeader) throws(StorageError) {
        self.path = path
        file = try NamedFile.writable(
            path + ".partial", emptied: true, advice: "name a file in a directory that can be written to (--out)")
        state = Mutex(State())
        try withState { file, state throws(StorageError) in
            var head = PlanFormat.magic
            head.append(fixed: PlanFormat.version)
            try Self.write(head, to: file, &state)
            try Self.writeBlock(header.bytes, to: file, &state)
        }
    }

    public func add(_ change: PlannedChange) throws(StorageError) {
        try withState { file, state throws(StorageError) in
            change.encode(into: &state.changes)
            if state.changes.count >= PlanFormat.blockSize { try Self.flush(to: file, &state) }
        }
    }

    /// Ends the plan, and puts it where it was asked for.
    public func finish() throws(StorageError) {
        try withState { file, state throws(StorageError) in
            try Self.flush(to: file, &state)
            try Self.write([UInt8](repeating: 0, count: 8), to: file, &state)
            let digest = state.digester.finish()
            try file.write(digest, at: state.size)
        }
        try file.sync()
        try file.replace(path)
    }

    /// Leaves nothing behind.
    public func abandon() { NamedFile.remove(path + ".partial") }

    private func withState(
        _ body: (NamedFile, inout State) throws(StorageError) -> Void
    ) throws(StorageError) {
        let file = file
        let result: Result<Void, StorageError> = state.withLock { state in
            do throws(StorageError) { return .success(try body(file, &state)) } catch { return .failure(error) }
        }
        try result.get()
    }

    private static func flush(to file: NamedFile, _ state: inout State) throws(StorageError) {
        guard !state.changes.isEmpty else { return }
        let changes = state.changes
        state.changes.removeAll(keepingCapacity: true)
        try writeBlock(changes, to: file, &state)
    }

    private static func writeBlock(_ content: [UInt8], to file: NamedFile, _ state: inout State) throws(StorageError) {
        let packed = try state.packer.packed(content)
        var block: [UInt8] = []
        block.append(fixed: UInt32(packed.count))
        block.append(fixed: UInt32(content.count))
        try write(block + packed, to: file, &state)
    }

    private static func write(_ bytes: [UInt8], to file: NamedFile, _ state: inout State) throws(StorageError) {
        try file.write(bytes, at: state.size)
        bytes.withUnsafeBytes { state.digester.update($0) }
        state.size += Int64(bytes.count)
    }
}
