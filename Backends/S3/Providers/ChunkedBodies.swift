// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What a store takes of bodies in chunks (``PayloadMode/chunked``).
package enum ChunkedBodies: Sendable, Hashable {
    case none
    /// Chunks that are signed, without a trailer.
    case signed
    /// Also with a checksum behind them.
    case withTrailers
}
