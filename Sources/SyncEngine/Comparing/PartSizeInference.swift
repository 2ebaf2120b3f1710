// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Which part sizes can have given an object of a known size and number of parts, by what common tools use.
enum PartSizeInference {
    /// The usual ones before the rare.
    private static let mebibytes: [Int64] = [
        8, 5, 16, 64, 50, 32, 128, 15, 10, 100, 20, 25, 256, 512, 1024, 6, 7, 2048, 4096, 4768, 5120,
    ]
    private static let megabytes: [Int64] = [5, 6, 8, 10, 15, 16, 20, 25, 32, 50, 64, 100, 128, 256, 500, 512]

    /// Part sizes that cut `size` bytes into `parts`, the likeliest first: those of `own`, then other tools'.
    ///
    /// A part size p gives N parts when ceil(size / N) <= p < size / (N - 1).
    static func candidates(size: Int64, parts: Int, own: [Int64]) -> [Int64] {
        guard size > 0, parts > 0 else { return [] }
        if parts == 1 { return [size] }
        let count = Int64(parts)
        let least = (size + count - 1) / count
        let mebibyte: Int64 = 1 << 20
        let roundedUp = (least + mebibyte - 1) / mebibyte * mebibyte
        var known = Set<Int64>()
        return
            (own + mebibytes.map { $0 * mebibyte } + megabytes.map { $0 * 1_000_000 } + [
                roundedUp, roundedUp + mebibyte,
            ])
            .filter { $0 >= least && (size + $0 - 1) / $0 == count && known.insert($0).inserted }
    }
}
