// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How the bytes of objects and parts are sent and signed
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html).
package enum PayloadMode: String, Sendable, CaseIterable {
    /// Their SHA-256 is signed, their digest goes before them.
    case signed
    /// Their digest alone, which goes before them, is signed.
    case unsigned
    /// They go in chunks, which are signed over plain http, and their checksum is computed meanwhile and goes behind them.
    case chunked
}
