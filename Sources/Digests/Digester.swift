// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
package import StorageModel

/// A digest that is fed piece by piece.
package struct Digester: ~Copyable {
    private let algorithm: ChecksumAlgorithm
    private let contexts: DigestContexts?
    private let context: OpaquePointer?
    private var crc: UInt64 = 0

    package init(_ algorithm: ChecksumAlgorithm) {
        self.algorithm = algorithm
        contexts = DigestContexts.of(algorithm)
        context = contexts?.take()
    }

    deinit {
        if let contexts, let context { contexts.put(context) }
    }

    /// Continues the digest over `bytes`.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if let context {
            DigestContexts.update(context, bytes)
        } else {
            crc = godwit_crc_update(algorithm.crcKind, crc, bytes.baseAddress, bytes.count)
        }
    }

    /// The digest of all bytes since the beginning or the last `finish()`; CRCs big-endian. Begins anew.
    package mutating func finish() -> [UInt8] {
        guard let contexts, let context else {
            defer { crc = 0 }
            return algorithm.crcBytes(crc)
        }
        let digest = [UInt8](unsafeUninitializedCapacity: algorithm.length) { digest, count in
            if let base = digest.baseAddress { DigestContexts.finish(context, into: base) }
            count = algorithm.length
        }
        contexts.start(context)
        return digest
    }
}
