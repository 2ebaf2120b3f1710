// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// How an object is cut into parts: a pure function of its size, so that the composite tag of an object that godwit
/// wrote can be computed again from a local file.
public struct PartLayout: Sendable, Hashable {
    /// Bytes of the object.
    public let size: Int64
    /// Bytes of every part but the last.
    public let partSize: Int64

    /// The least part where nobody asks for another, in bytes.
    public static let partSizeMin: Int64 = 8 << 20

    /// Parts of exactly `partSize` bytes.
    public init(size: Int64, partSize: Int64) {
        precondition(size >= 0 && partSize > 0)
        self.size = size
        self.partSize = partSize
    }

    /// The layout of an object of `size` bytes: the smallest power of two of MiB, 8 MiB at least, that keeps within the
    /// store's number of parts. `partSize` is used instead of 8 MiB, and is doubled only where it must be.
    public init(size: Int64, partSize: Int64? = nil, limits: Capabilities.MultipartLimits?) {
        let countMax = Int64(min(limits?.partCountMax ?? 10_000, 10_000))
        var part = max(partSize ?? Self.partSizeMin, limits?.partMin ?? 1, 1)
        while part.multipliedReportingOverflow(by: countMax).partialValue < size, part < 1 << 40 { part *= 2 }
        self.init(size: size, partSize: min(part, limits?.partMax ?? .max))
    }

    /// The number of parts; an empty object has one.
    public var count: Int { max(1, Int((size + partSize - 1) / partSize)) }

    /// The bytes of part `number`, which counts from 1.
    public func range(_ number: Int) -> Range<Int64> {
        let start = Int64(number - 1) * partSize
        return start..<min(start + partSize, size)
    }
}
