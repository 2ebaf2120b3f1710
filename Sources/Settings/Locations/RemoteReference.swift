// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Which remote a location names.
package enum RemoteReference: Sendable, Hashable {
    /// The local file system.
    case local
    /// `s3://`: S3 by AWS's own rules.
    case aws
    /// `NAME:` or `NAME,option=value:`.
    case named(String, [RemoteOption])
    /// `:type,option=value:`.
    case described(type: String, [RemoteOption])
}
