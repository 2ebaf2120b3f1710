// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// What one kind of call did at one number of calls at once.
public struct Measurement: Sendable {
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        case stat, put, get, copy, list
        /// One object at a time, its parts side by side.
        case putParts = "put-parts"
        case getParts = "get-parts"
    }

    public var operation: Operation
    /// Bytes of an object; 0 where none is moved.
    public var size: Int64
    /// Bytes of a part, for objects in parts.
    public var partSize: Int64?
    /// Calls at once; of objects in parts, parts at once.
    public var concurrency: Int
    public var seconds = 0.0
    /// Calls that succeeded: objects, pages or parts.
    public var calls = 0
    /// Bytes moved by them.
    public var bytes: Int64 = 0
    /// Entries that they listed.
    public var entries = 0
    /// Answers by which the store asked for fewer requests (503, 429).
    public var refusals = 0
    public var failures = 0
    /// The first of the failures.
    public var failure: StorageError?
    /// How long the calls took that succeeded.
    public var latency = LatencyHistogram()

    init(_ operation: Operation, size: Int64 = 0, partSize: Int64? = nil, _ concurrency: Int) {
        self.operation = operation
        self.size = size
        self.partSize = partSize
        self.concurrency = concurrency
    }

    /// Adds more of the same, but for the time.
    mutating func add(_ more: Measurement) {
        calls += more.calls
        bytes += more.bytes
        entries += more.entries
        refusals += more.refusals
        failures += more.failures
        failure = failure ?? more.failure
        latency.merge(more.latency)
    }

    /// Counts what kept everything from succeeding.
    mutating func fail(_ error: StorageError) {
        if error.kind == .rateLimited { return refusals += 1 }
        failures += 1
        failure = failure ?? error
    }

    /// Calls a second.
    public var callRate: Double { seconds > 0 ? Double(calls) / seconds : 0 }
    /// Bytes a second.
    public var byteRate: Double { seconds > 0 ? Double(bytes) / seconds : 0 }
    /// Entries a second.
    public var entryRate: Double { seconds > 0 ? Double(entries) / seconds : 0 }
}
