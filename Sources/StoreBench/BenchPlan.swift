// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What is measured at a store, within which bounds.
public struct BenchPlan: Sendable, Hashable {
    /// Sizes of whole objects in bytes, each at rising numbers of requests at once.
    public var sizes: [Int64] = [4 << 10, 1 << 20, 16 << 20]
    /// How long one measurement goes on at the least.
    public var duration: Duration = .seconds(1)
    /// The most requests at once.
    public var concurrencyMax = 256
    /// The size of the object that is moved in parts; 0: none is.
    public var partedSize: Int64 = 128 << 20
    /// Sizes of its parts in bytes.
    public var partSizes: [Int64] = [8 << 20, 16 << 20, 32 << 20]
    /// Bytes of objects in memory at once: large objects are measured at fewer at once.
    public var memoryMax: Int64 = 256 << 20

    public init() {}

    /// Numbers of requests at once, rising, for objects of `size` bytes.
    func concurrencies(size: Int64) -> [Int] {
        let most = min(Int64(concurrencyMax), max(memoryMax / max(size, 1), 1))
        var numbers: [Int] = [], next = 1
        while next <= most {
            numbers.append(next)
            next *= 2
        }
        return numbers
    }
}
