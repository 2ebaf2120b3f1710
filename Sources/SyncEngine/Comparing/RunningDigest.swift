// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

/// A digest of one layout that is fed an object's bytes in order.
final class RunningDigest {
    let layout: DigestLayout
    private var digester: Digester
    private var parts: [[UInt8]] = []
    private var partSize: Int64
    /// Bytes that the current part still takes.
    private var room: Int64

    init(_ layout: DigestLayout) {
        self.layout = layout
        switch layout {
        case .whole(let algorithm):
            digester = Digester(algorithm)
            partSize = .max
        case .parts(let size):
            digester = Digester(.md5)
            partSize = size
        }
        room = partSize
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            if room == 0 {
                parts.append(digester.finish())
                room = partSize
            }
            let count = Int(min(room, Int64(rest.count)))
            digester.update(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            room -= Int64(count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Ends the digest.
    func finish() -> Checksum {
        switch layout {
        case .whole(let algorithm): Checksum(algorithm, digester.finish())
        case .parts: Digest.composite(parts + [digester.finish()])
        }
    }
}
