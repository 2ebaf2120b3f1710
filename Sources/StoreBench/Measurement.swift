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
    public var seconds: Double
    /// Calls that succeeded: objects, pages or parts.
    public var calls: Int
    /// Bytes moved by them.
    public var bytes: Int64
    /// Entries that they listed.
    public var entries: Int
    /// Answers by which the store asked for fewer requests (503, 429).
    public var refusals: Int
    public var failures: Int
    /// The first of the failures.
    public var failure: StorageError?
    /// How long the calls took that succeeded.
    public var latency: LatencyHistogram

    /// This and more of the same, but for the time.
    func with(_ more: Measurement) -> Measurement {
        var sum = self
        sum.calls += more.calls
        sum.bytes += more.bytes
        sum.entries += more.entries
        sum.refusals += more.refusals
        sum.failures += more.failures
        sum.failure = failure ?? more.failure
        sum.latency.merge(more.latency)
        return sum
    }

    /// Calls a second.
    public var callRate: Double { seconds > 0 ? Double(calls) / seconds : 0 }
    /// Bytes a second.
    public var byteRate: Double { seconds > 0 ? Double(bytes) / seconds : 0 }
    /// Entries a second.
    public var entryRate: Double { seconds > 0 ? Double(entries) / seconds : 0 }
}
