// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What a store allows or refuses, by the names that policies have for it, in the order in which policies list it here
/// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
public enum Permission: String, Sendable, Hashable, CaseIterable {
    case listBuckets = "s3:ListAllMyBuckets"
    case createBucket = "s3:CreateBucket"
    /// Of directory buckets, which know but these
    /// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3express.html).
    case createDirectoryBucket = "s3express:CreateBucket"
    case createSession = "s3express:CreateSession"
    case getBucketVersioning = "s3:GetBucketVersioning"
    case getBucketLock = "s3:GetBucketObjectLockConfiguration"
    case getBucketWebsite = "s3:GetBucketWebsite"
    case getBucketOwnership = "s3:GetBucketOwnershipControls"
    case getBucketAccess = "s3:GetBucketAcl"
    case listUploads = "s3:ListBucketMultipartUploads"
    case list = "s3:ListBucket"
    case listVersions = "s3:ListBucketVersions"
    case get = "s3:GetObject"
    case getVersion = "s3:GetObjectVersion"
    case getTags = "s3:GetObjectTagging"
    case getVersionTags = "s3:GetObjectVersionTagging"
    case getAccess = "s3:GetObjectAcl"
    case getVersionAccess = "s3:GetObjectVersionAcl"
    case getRetention = "s3:GetObjectRetention"
    case getHold = "s3:GetObjectLegalHold"
    case restore = "s3:RestoreObject"
    case put = "s3:PutObject"
    case putTags = "s3:PutObjectTagging"
    case putAccess = "s3:PutObjectAcl"
    case putRetention = "s3:PutObjectRetention"
    case putHold = "s3:PutObjectLegalHold"
    case listParts = "s3:ListMultipartUploadParts"
    case abortUpload = "s3:AbortMultipartUpload"
    case delete = "s3:DeleteObject"
    case decrypt = "kms:Decrypt"
    case generateKey = "kms:GenerateDataKey"

    /// What a statement about it names.
    enum Scope: Hashable {
        case account, bucket
        /// A directory bucket, and whether it is only read.
        case session
        /// The bucket, and the prefix that is listed.
        case listing
        case objects
        case encryptionKey
    }

    var scope: Scope {
        switch self {
        case .listBuckets: .account
        case .createSession: .session
        // No condition on prefixes is known for these.
        case .createBucket, .createDirectoryBucket, .getBucketVersioning, .getBucketLock, .getBucketWebsite,
            .getBucketOwnership,
            .getBucketAccess, .listUploads:
            .bucket
        case .list, .listVersions: .listing
        case .decrypt, .generateKey: .encryptionKey
        default: .objects
        }
    }

    /// Where it stands in the list.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
