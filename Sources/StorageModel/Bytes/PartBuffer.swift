// Part of godwit. SPDX-License-Identifier: Apache-2.0

private import Glibc
private import Synchronization

/// A fixed piece of memory that one part or one small object passes through, from its source to its target.
///
/// It is filled by exactly one reader and then read by any number of writers and digests. The owner guarantees that
/// filling is over before reading begins; that is why it may be shared between threads without a lock.
/// ``count`` tells how far a broken read came, so that a retry continues there.
public final class PartBuffer: @unchecked Sendable {  // safe: one filler at a time, readers only afterwards (above)
    private let memory: UnsafeMutableRawBufferPointer
    /// Bytes filled so far.
    public private(set) var count = 0

    /// Bytes of it that are through the network in the exchange under way; only to show how far it is, from any thread.
    public var bytesPassed: Int {
        get { passed.load(ordering: .relaxed) }
        set { passed.store(newValue, ordering: .relaxed) }
    }
    private let passed = Atomic<Int>(0)

    /// Memory for `capacity` bytes, uninitialised.
    public init(capacity: Int) {
        if capacity >= Self.hugePage {
            memory = .allocate(byteCount: capacity, alignment: Self.hugePage)
            // A wish: where the kernel has none to give, these stay small pages.
            madvise(memory.baseAddress, capacity / Self.hugePage * Self.hugePage, MADV_HUGEPAGE)
        } else {
            // What malloc gives without being asked: more would cost a small object another search of the heap.
            memory = .allocate(byteCount: max(capacity, 1), alignment: 16)
        }
        self.capacity = capacity
    }

    /// Pages of this size cost one fault instead of 512 and spare the processor's address cache: madvise(2).
    private static let hugePage = 2 << 20

    /// A buffer that holds exactly `bytes`.
    public convenience init(_ bytes: [UInt8]) {
        self.init(capacity: bytes.count)
        bytes.withUnsafeBytes { _ = append($0) }
    }

    deinit { memory.deallocate() }

    /// Bytes that fit.
    public let capacity: Int

    /// Copies `bytes` behind what is there. Returns false, and copies nothing, when they do not fit.
    public func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= capacity - count else { return false }
        if let base = bytes.baseAddress {
            UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(
                from: UnsafeRawBufferPointer(start: base, count: bytes.count))
        }
        count += bytes.count
        return true
    }

    /// Lets `fill` write at most `limit` bytes directly behind what is there; it returns how many it wrote.
    public func fill<E: Error>(
        upTo limit: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        let room = min(limit, capacity - count)
        let written = try fill(UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + room]))
        precondition(written >= 0 && written <= room)
        count += written
        return written
    }

    /// Forgets what is there.
    public func reset() { count = 0 }

    /// Calls `body` with the filled bytes, which are valid during the call only.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try body(UnsafeRawBufferPointer(rebasing: memory[0..<count]))
    }

    /// A copy of the filled bytes.
    public var array: [UInt8] { withUnsafeBytes { Array($0) } }
}
