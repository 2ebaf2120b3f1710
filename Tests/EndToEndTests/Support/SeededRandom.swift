// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation

/// A generator that gives the same sequence for the same seed everywhere (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// `count` random bytes.
    mutating func bytes(_ count: Int) -> Data {
        var data = Data(capacity: count + 8)
        while data.count < count { withUnsafeBytes(of: next()) { data.append(contentsOf: $0) } }
        return data.prefix(count)
    }

    /// A time in nanoseconds, years before now, so that no tool holds it for fresh.
    mutating func time() -> Int64 {
        Int64.random(in: 1_400_000_000...1_600_000_000, using: &self) * 1_000_000_000
            + Int64.random(in: 0..<1_000_000_000, using: &self)
    }

    /// A file of random bytes and time.
    mutating func file(_ count: Int) -> FileTree.File {
        FileTree.File(content: bytes(count), modified: time())
    }
}
