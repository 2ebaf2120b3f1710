// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// By which host and which credentials a call goes. All are the same but for directory buckets
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-APIs.html).
enum S3Entrance: Sendable, Hashable {
    /// The bucket's own host; signed by a session with it.
    case data
    /// The bucket's own host; signed by the credentials themselves, as copies and the beginning of a session are.
    case own
    /// The host of the region that makes, lists and removes buckets; signed by the credentials themselves.
    case control
}
