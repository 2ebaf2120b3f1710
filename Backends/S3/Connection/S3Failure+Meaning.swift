// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

extension S3Failure {
    /// What a failure means to the caller.
    struct Meaning {
        var kind: StorageError.Kind
        var isTransient = false
        var advice: String?
    }

    /// The meaning by the store's code first and by the status where the code says nothing
    /// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList).
    func meaning(for call: S3Call) -> Meaning {
        byAccessCode(call) ?? byObjectCode() ?? byLoadCode() ?? byStatus(call)
    }

    private func byAccessCode(_ call: S3Call) -> Meaning? {
        switch code {
        case "AccessDenied", "AccessDeniedException", "AccessForbidden", "AllAccessDisabled", "AccountProblem",
            "Forbidden":
            Meaning(kind: .permissionDenied, advice: accessAdvice(call))
        case "SignatureDoesNotMatch":
            Meaning(kind: .unauthenticated, advice: "check the secret access key, and that no proxy rewrites requests")
        case "InvalidAccessKeyId", "InvalidToken", "InvalidSecurity", "NotSignedUp":
            Meaning(kind: .unauthenticated, advice: "check the access key; this store does not know it")
        case "ExpiredToken", "TokenRefreshRequired", "ExpiredTokenException":
            Meaning(kind: .unauthenticated, advice: "the temporary credentials have expired; sign in again")
        case "RequestTimeTooSkewed", "RequestExpired":
            Meaning(kind: .unauthenticated, advice: clockAdvice)
        case "AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException",
            "TemporaryRedirect":
            Meaning(kind: .invalidConfiguration, advice: regionAdvice)
        case "KMS.DisabledException":
            Meaning(kind: .permissionDenied, advice: "the KMS key is disabled: enable it, or write with another")
        case "KMS.NotFoundException":
            Meaning(
                kind: .permissionDenied,
                advice: "there is no such KMS key in the bucket's region: check --s3-sse-kms-key-id, or the default")
        case "KMS.KMSInvalidStateException", "KMS.InvalidStateException":
            Meaning(kind: .permissionDenied, advice: "the KMS key cannot be used now: it may be about to be deleted")
        case "KMS.InvalidKeyUsageException", "KMS.KeyUnavailableException":
            Meaning(kind: .permissionDenied, advice: "the KMS key cannot encrypt data: it must be a symmetric one")
        default: nil
        }
    }

    /// What is missing for `call`, by the store's own words where it has some.
    private func accessAdvice(_ call: S3Call) -> String {
        if let refusal {
            if let denier = refusal.denier {
                return "a statement of the \(denier) denies \(refusal.action); to allow it elsewhere does not help"
            }
            let isOfKey = refusal.action.hasPrefix("kms:") && !refusal.resource.isEmpty
            return "the credentials need \(refusal.action)\(isOfKey ? " for \(refusal.resource)" : "")"
        }
        // AWS's words for an object whose key is out of reach.
        if message.hasPrefix("The ciphertext refers to a customer master key") {
            return "the credentials need kms:Decrypt for the object's key, which may be of another account or region"
        }
        let need = "the credentials need \(call.permission)"
        guard call.method == .head, call.key != nil, message.isEmpty, call.permission.hasPrefix("s3:") else {
            return need
        }
        return need + ", and s3:ListBucket to be told what is not there"
    }

    private var clockAdvice: String {
        guard let date else { return "set this machine's clock; it differs from the store's" }
        return "set this machine's clock: it says \(now.rfc3339()), the store's \(date.rfc3339())"
    }

    /// A HEAD has no body to say why. What it may be of an object, ``advice(for:_:)`` says.
    private func refusedHeadAdvice(_ call: S3Call) -> String? {
        guard call.method == .head, call.key == nil, message.isEmpty else { return nil }
        return "check the region (--region), the endpoint and the credentials"
    }

    private var regionAdvice: String {
        if let region { return "bucket is in \(region); add --region \(region)" }
        return "check the bucket's region and give it with --region"
    }

    private func byObjectCode() -> Meaning? {
        switch code {
        case "NoSuchKey", "NoSuchVersion": Meaning(kind: .notFound)
        case "NoSuchBucket":
            Meaning(kind: .containerNotFound, advice: "check the bucket's name and the endpoint")
        case "PreconditionFailed": Meaning(kind: .preconditionFailed)
        case "ConditionalRequestConflict": Meaning(kind: .preconditionFailed, isTransient: true)
        case "InvalidObjectState", "ObjectNotInActiveTierError":
            Meaning(kind: .archived, advice: "restore it first: godwit restore LOCATION --days N")
        case "GlacierExpeditedRetrievalNotAvailable":
            Meaning(
                kind: .unexpected, isTransient: true,
                advice: "there is no room for expedited restores just now: use --tier standard")
        case "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "InvalidDigest",
            "XAmzContentChecksumMismatch":
            Meaning(kind: .corrupted, isTransient: true)
        case "KeyTooLongError", "InvalidURI", "XMinioInvalidObjectName", "InvalidObjectName":
            Meaning(kind: .invalidKey)
        case "BucketAlreadyExists", "BucketAlreadyOwnedByYou": Meaning(kind: .alreadyExists)
        case "BucketNotEmpty": Meaning(kind: .preconditionFailed)
        case "NoSuchUpload", "InvalidPart", "InvalidPartOrder", "EntityTooSmall": Meaning(kind: .unexpected)
        case "InvalidBucketName":
            Meaning(kind: .invalidConfiguration, advice: "bucket names are 3 to 63 of a-z, 0-9, '-' and '.'")
        case "InvalidStorageClass", "MalformedXML", "InvalidArgument", "InvalidRequest", "MetadataTooLarge",
            "EntityTooLarge", "MissingContentLength", "InvalidTag":
            Meaning(kind: status == 412 ? .preconditionFailed : .unexpected)
        case "NotImplemented", "MethodNotAllowed", "AccessControlListNotSupported", "UnsupportedArgument":
            Meaning(kind: .unsupported)
        case "QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "TooManyBuckets":
            Meaning(kind: .outOfSpace)
        case "InvalidRange": Meaning(kind: .preconditionFailed)
        default: nil
        }
    }

    private func byLoadCode() -> Meaning? {
        switch code {
        case "SlowDown", "ServiceUnavailable", "TooManyRequests", "TooManyRequestsException", "RequestLimitExceeded",
            "BandwidthLimitExceeded", "RequestThrottled", "RequestThrottledException", "ProvisionedThroughputExceeded",
            "ThrottledException", "Busy", "ServerBusy":
            Meaning(kind: .rateLimited, isTransient: true)
        case _ where code.hasPrefix("Throttl"): Meaning(kind: .rateLimited, isTransient: true)
        case "RequestTimeout", "RequestTimeoutException": Meaning(kind: .timedOut, isTransient: true)
        case "InternalError", "InternalServerError", "PriorRequestNotComplete", "OperationAborted":
            Meaning(kind: .unexpected, isTransient: true)
        default: nil
        }
    }

    private func byStatus(_ call: S3Call) -> Meaning {
        switch status {
        case 301, 302, 307, 308: Meaning(kind: .invalidConfiguration, advice: regionAdvice)
        case 401: Meaning(kind: .unauthenticated, advice: "check the credentials")
        case 400: Meaning(kind: .unexpected, advice: refusedHeadAdvice(call))
        case 403: Meaning(kind: .permissionDenied, advice: accessAdvice(call))
        case 404 where call.key == nil:
            Meaning(
                kind: .containerNotFound,
                advice: "check the bucket's name, and that an S3 store answers at the endpoint")
        case 404: Meaning(kind: .notFound)
        case 405, 501: Meaning(kind: .unsupported)
        case 408: Meaning(kind: .timedOut, isTransient: true)
        case 409: Meaning(kind: .unexpected, isTransient: true)
        case 412: Meaning(kind: .preconditionFailed)
        case 416: Meaning(kind: .preconditionFailed)
        case 429, 503, 509: Meaning(kind: .rateLimited, isTransient: true)
        case 507: Meaning(kind: .outOfSpace)
        case 500...: Meaning(kind: .unexpected, isTransient: true)
        // A 200 that holds an error counts as 500: the store began to answer before it knew.
        case 200..<300: Meaning(kind: .unexpected, isTransient: true)
        default: Meaning(kind: .unexpected)
        }
    }
}
