// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CZstd

/// Why bytes could not be compressed or decompressed.
package struct CompressionError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// Of another format, damaged, or refused by the library.
        case malformed
        /// The bytes end too soon.
        case truncated
        /// More comes out than the caller allows.
        case tooLong
    }

    package let kind: Kind
    package let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// An error in libzstd's words.
    init(status: Int) {
        self.init(.malformed, "zstd: \(String(cString: ZSTD_getErrorName(status)))")
    }

    package var description: String { message }
}
