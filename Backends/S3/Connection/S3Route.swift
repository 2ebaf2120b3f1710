// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Where requests go and what they are signed for.
struct S3Route: Sendable {
    var region: String
    var address: S3Address
    var signer: SigV4Signer
}
