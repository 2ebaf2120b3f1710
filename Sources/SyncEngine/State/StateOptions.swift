// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Where a run keeps what it proved about the pairs of one source and one target, for the runs after it.
public struct StateOptions: Sendable {
    /// The file, one for each pair of locations, in a directory that exists. Its neighbours `PATH.log` and `PATH.new`
    /// belong to it.
    public var path: String
    /// Bytes that the state may take on disk; what would pass them is dropped whole.
    public var maxBytes: Int64
    /// The wall clock of this machine: files that changed just now are not believed to have stayed what they were.
    public var now: @Sendable () -> Timestamp

    /// What to do when it cannot be written.
    static let advice = "set XDG_STATE_HOME to a directory that can be written to"

    public init(path: String, maxBytes: Int64 = .max, now: @escaping @Sendable () -> Timestamp) {
        self.path = path
        self.maxBytes = maxBytes
        self.now = now
    }
}
