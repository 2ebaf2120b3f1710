// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Open directories by path, the least used given up first.
struct DirectoryCache: Sendable {
    private static let capacity = 64

    private struct Kept {
        let handle: DirectoryHandle
        var used: UInt64
    }

    private var kept: [ArraySlice<UInt8>: Kept] = [:]
    private var clock: UInt64 = 0

    mutating func find(_ path: ArraySlice<UInt8>) -> DirectoryHandle? {
        guard let index = kept.index(forKey: path) else { return nil }
        clock += 1
        kept.values[index].used = clock
        return kept.values[index].handle
    }

    mutating func keep(_ handle: DirectoryHandle, _ path: ArraySlice<UInt8>) {
        if kept.count >= Self.capacity, let oldest = kept.min(by: { $0.value.used < $1.value.used }) {
            kept[oldest.key] = nil
        }
        clock += 1
        kept[ArraySlice(Array(path))] = Kept(handle: handle, used: clock)
    }

    /// Gives up the directory at `path` and those below it.
    mutating func drop(_ path: ArraySlice<UInt8>) {
        kept = kept.filter { known, _ in
            !(known.starts(with: path)
                && (known.count == path.count || known[known.startIndex + path.count] == UInt8(ascii: "/")))
        }
    }
}
