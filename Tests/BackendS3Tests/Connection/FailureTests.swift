// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

@Suite struct FailureTests {
    private static let now = Timestamp(seconds: 1_767_323_045)

    private func call(
        _ method: HTTPMethod = .put, _ operation: StorageError.Operation = .write, key: ObjectKey? = ObjectKey("k")
    ) -> S3Call {
        S3Call(kind: .put, method: method, operation: operation, permission: "s3:PutObject", key: key)
    }

    private func failure(_ status: Int, _ code: String = "", headers: [HTTPHeader] = [], extra: String = "")
        -> S3Failure
    {
        let body = code.isEmpty ? "" : "<Error><Code>\(code)</Code><Message>m</Message>\(extra)</Error>"
        return S3Failure(
            HTTPResponse(status: status, headers: HTTPFields(headers), body: Array(body.utf8)), now: Self.now)
    }

    @Test(arguments: [
        (403, "AccessDenied", StorageError.Kind.permissionDenied, false),
        (403, "SignatureDoesNotMatch", .unauthenticated, false),
        (403, "InvalidAccessKeyId", .unauthenticated, false), (400, "ExpiredToken", .unauthenticated, false),
        (404, "NoSuchBucket", .containerNotFound, false), (404, "NoSuchKey", .notFound, false),
        (404, "", .notFound, false),
        (412, "PreconditionFailed", .preconditionFailed, false), (412, "", .preconditionFailed, false),
        (409, "ConditionalRequestConflict", .preconditionFailed, true),
        (416, "InvalidRange", .preconditionFailed, false),
        (403, "InvalidObjectState", .archived, false), (501, "NotImplemented", .unsupported, false),
        (405, "MethodNotAllowed", .unsupported, false), (400, "BadDigest", .corrupted, true),
        (400, "XAmzContentSHA256Mismatch", .corrupted, true), (503, "SlowDown", .rateLimited, true),
        (503, "", .rateLimited, true),
        (429, "", .rateLimited, true), (400, "ThrottlingException", .rateLimited, true),
        (500, "InternalError", .unexpected, true),
        (502, "", .unexpected, true), (504, "", .unexpected, true), (400, "RequestTimeout", .timedOut, true),
        (200, "InternalError", .unexpected, true), (200, "Whatever", .unexpected, true),
        (400, "KeyTooLongError", .invalidKey, false),
        (400, "InvalidArgument", .unexpected, false), (400, "EntityTooSmall", .unexpected, false),
        (401, "", .unauthenticated, false),
        (403, "", .permissionDenied, false), (507, "", .outOfSpace, false), (400, "", .unexpected, false),
        (409, "BucketNotEmpty", .preconditionFailed, false),
    ])
    func meansOneThing(status: Int, code: String, kind: StorageError.Kind, isTransient: Bool) {
        let meaning = failure(status, code).meaning(for: call())
        #expect(meaning.kind == kind)
        #expect(meaning.isTransient == isTransient)
    }

    @Test func namesThePermission() {
        #expect(failure(403, "AccessDenied").meaning(for: call()).advice == "the credentials need s3:PutObject")
    }

    private func said(_ message: String, _ code: String = "AccessDenied", _ status: Int = 403) -> S3Failure {
        let body = "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
        return S3Failure(HTTPResponse(status: status, headers: HTTPFields([]), body: Array(body.utf8)), now: Self.now)
    }

    @Test func namesWhatTheStoreSaysIsMissing() {
        let user = "User: arn:aws:iam::123456789012:user/u is not authorized to perform: "
        let key = "kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:123456789012:key/k "
        let failure = said(user + key + "because no identity-based policy allows the kms:GenerateDataKey action")
        #expect(
            failure.meaning(for: call()).advice
                == "the credentials need kms:GenerateDataKey for arn:aws:kms:eu-west-1:123456789012:key/k")
        #expect(failure.refusal?.denier == nil)
        let tags = said(
            user
                + "s3:PutObjectTagging on resource: \"arn:aws:s3:::b/k\" with an explicit deny in a resource-based policy"
        )
        #expect(tags.refusal?.action == "s3:PutObjectTagging" && tags.refusal?.resource == "arn:aws:s3:::b/k")
        #expect(tags.refusal?.denier == "resource-based policy")
        #expect(tags.meaning(for: call()).advice?.contains("denies s3:PutObjectTagging") == true)
        #expect(said("Access Denied").refusal == nil)
        #expect(said("not authorized to perform: rm;-rf on resource: x").refusal == nil)
    }

    @Test func saysWhatMayBeWrongWithAKey() {
        let ciphertext =
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region"
        #expect(said(ciphertext).meaning(for: call()).advice?.contains("kms:Decrypt") == true)
        #expect(said("k", "KMS.DisabledException", 400).meaning(for: call()).advice?.contains("enable it") == true)
    }

    @Test func aHeadSaysNothingSoTheAdviceSaysWhatMayBe() {
        let head = call(.head, .stat)
        let bucket = S3Call(kind: .head, method: .head, operation: .stat, permission: "s3:ListBucket")
        #expect(failure(400).meaning(for: bucket).advice?.contains("--region") == true)
        #expect(failure(403).meaning(for: head).advice?.contains("s3:ListBucket") == true)
        #expect(failure(400).meaning(for: call()).advice == nil)
    }

    @Test func tellsBothClocks() {
        let late = [HTTPHeader("Date", "Fri, 02 Jan 2026 04:04:05 GMT")]
        let advice = failure(403, "RequestTimeTooSkewed", headers: late).meaning(for: call()).advice
        #expect(advice?.contains("2026-01-02T03:04:05Z") == true && advice?.contains("2026-01-02T04:04:05Z") == true)
    }

    @Test func namesTheRegion() {
        let failure = failure(301, "PermanentRedirect", headers: [HTTPHeader("x-amz-bucket-region", "eu-west-1")])
        #expect(failure.meaning(for: call()).advice == "bucket is in eu-west-1; add --region eu-west-1")
    }

    @Test func aMissingBucketIsNoMissingObject() {
        #expect(failure(404).meaning(for: call(.head, key: nil)).kind == .containerNotFound)
    }

    @Test(arguments: [
        ("7", Duration.seconds(7)), ("999999", .seconds(3600)), ("Fri, 02 Jan 2026 03:04:35 GMT", .seconds(30)),
    ])
    func readsRetryAfter(text: String, delay: Duration) {
        #expect(failure(503, "SlowDown", headers: [HTTPHeader("Retry-After", text)]).retryAfter == delay)
    }

    @Test(arguments: ["-1", "soon", "Fri, 02 Jan 2015 03:04:35 GMT"]) func readsNoOtherRetryAfter(text: String) {
        #expect(failure(503, headers: [HTTPHeader("Retry-After", text)]).retryAfter == nil)
    }

    // MARK: Corrections

    private func correction(
        _ failure: S3Failure, _ call: S3Call, location: String? = nil, offset: Int64 = 0, tried: S3Correction.Tried = []
    ) -> S3Correction? {
        S3Correction(
            failure, call, location: location, region: "us-east-1", now: Self.now, offset: offset, tried: tried)
    }

    @Test func movesToTheNamedRegionOnce() {
        let header = [HTTPHeader("x-amz-bucket-region", "eu-west-1")]
        let moved = failure(301, "PermanentRedirect", headers: header)
        #expect(correction(moved, call()) == .region("eu-west-1"))
        #expect(correction(moved, call(), tried: .region) == nil)
        #expect(correction(failure(400, "", headers: header), call(.head)) == .region("eu-west-1"))
        #expect(correction(failure(301, "PermanentRedirect"), call()) == .askForRegion)
        #expect(correction(failure(301), call(.head)) == .askForRegion)
        let malformed = failure(400, "AuthorizationHeaderMalformed", extra: "<Region>eu-west-2</Region>")
        #expect(correction(malformed, call()) == .region("eu-west-2"))
        let same = failure(400, "AuthorizationHeaderMalformed", extra: "<Region>us-east-1</Region>")
        #expect(correction(same, call()) == nil)
        #expect(correction(failure(400, "IllegalLocationConstraintException"), call(.put, .createContainer)) == nil)
    }

    @Test func ignoresARegionThatIsNone() {
        let failure = failure(301, "PermanentRedirect", headers: [HTTPHeader("x-amz-bucket-region", "evil.example/")])
        #expect(failure.region == nil)
    }

    @Test func setsTheClockOnce() {
        let late = [HTTPHeader("Date", "Fri, 02 Jan 2026 04:04:05 GMT")]
        let skewed = failure(403, "RequestTimeTooSkewed", headers: late)
        #expect(correction(skewed, call()) == .clock(3600))
        #expect(correction(skewed, call(), tried: .clock) == nil)
        #expect(correction(skewed, call(), offset: 3600) == nil)
        #expect(correction(failure(403, "", headers: late), call(.head)) == .clock(3600))
        #expect(correction(failure(403, "AccessDenied", headers: late), call()) == nil)
        #expect(
            correction(failure(403, "", headers: [HTTPHeader("Date", "Fri, 02 Jan 2026 03:04:05 GMT")]), call(.head))
                == nil)
    }

    @Test func followsATemporaryRedirectOnce() {
        let moved = failure(307, "TemporaryRedirect")
        let location = "https://b.s3-us-west-2.amazonaws.com/k?x"
        let there = S3Correction.elsewhere(scheme: "https", authority: "b.s3-us-west-2.amazonaws.com")
        #expect(correction(moved, call(), location: location) == there)
        #expect(correction(moved, call(), location: location, tried: .elsewhere) == nil)
        #expect(correction(moved, call(), location: "/k") == nil)
    }
}
