// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Everything that one S3 remote is told; names and meanings are rclone's S3 options.
package struct S3Settings: Sendable {
    package var provider: Provider
    package var accessKeyID: String?
    package var secretAccessKey: String?
    package var sessionToken: String?
    /// Use the environment and the shared files when no keys are given.
    package var usesEnvironment = false
    package var profile: String?
    package var sharedCredentialsFile: String?
    package var region: String?
    /// With scheme; nil: AWS by region.
    package var endpoint: String?
    package var forcePathStyle: Bool?
    /// Keys of one listing page (1 ... 1000).
    package var listChunk = 1000
    package var locationConstraint: String?
    package var acl: String?
    package var storageClass: String?
    package var serverSideEncryption: String?
    package var sseKMSKeyID: String?
    /// The encryption context for KMS: a JSON object, or that in Base64.
    package var sseKMSContext: String?
    /// Whether KMS is asked for a key of the bucket instead of one for each object.
    package var usesBucketKey: Bool?
    /// Everything in the bucket is encrypted by this key of the customer's.
    package var customerKey: CustomerKey?
    /// The bucket is seen as it was then, and cannot be changed.
    package var versionAt: Timestamp?
    /// The version that an object is read in where no other is asked for.
    package var versionID: String?
    package var requesterPays = false
    /// `--checksum-algorithm`: digest sent with uploads; nil: the provider's best.
    package var checksumAlgorithm: String?
    /// Nil: ``usesUnsignedPayload`` decides.
    package var payloadMode: PayloadMode?
    /// Whether bodies go unsigned, or signed; nil: as the provider has it.
    package var usesUnsignedPayload: Bool?
    package var usesDualStack = false
    package var usesFIPS = false
    package var accelerates = false
    /// Whether names of buckets mean what they mean to AWS at endpoints that are not AWS's too.
    package var followsAWS = false
    /// Whether an access point may be in another region than ``region``; its own counts either way.
    package var usesARNRegion = true
    /// Whether requests to directory buckets are signed by the credentials themselves, without a session.
    package var disablesExpressSessions = false
    /// Whether the account's buckets are listed with its directory buckets.
    package var listsDirectoryBuckets = false
    /// Content-Type instead of guessing by the key's extension.
    package var contentType: String?

    package init(provider: Provider) {
        self.provider = provider
    }
}
