// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// What the store answered in place of success.
struct S3Failure: Sendable {
    var status: Int
    /// The store's code; where an answer has no body (HEAD), the one that its status stands for.
    var code: String
    var message: String
    var requestID: String
    /// The region that the store says the bucket is in.
    var region: String?
    var retryAfter: Duration?
    /// The store's clock.
    var date: Timestamp?
    /// This machine's.
    var now: Timestamp

    /// What was refused, where the store says so.
    var refusal: StorageError.Refusal? { RefusalText.read(message) }

    /// Whether temporary credentials have ceased to hold, so that others may help. Of a HEAD that goes unsaid, and within a session
    /// hardly anything else is refused.
    func mayBeOfExpiredCredentials(_ call: S3Call, _ signer: Credentials?) -> Bool {
        if code == "ExpiredToken" || code == "TokenRefreshRequired" || code == "ExpiredTokenException" { return true }
        return signer?.isBucketSession == true && call.method == .head && (status == 400 || status == 403)
    }

    init(_ response: HTTPResponse, now: Timestamp) {
        self.init(response, ErrorDocument(parsing: response.body) ?? ErrorDocument(), now: now)
    }

    init(_ response: HTTPResponse, _ document: ErrorDocument, now: Timestamp) {
        self.now = now
        status = response.status
        message = document.message
        let header = response.headers["x-amz-request-id"]
        requestID = document.requestID.isEmpty ? header ?? "" : document.requestID
        region = response.headers["x-amz-bucket-region"] ?? document.region
        code = document.code
        date = response.headers["date"].flatMap(HTTPDate.parse)
        retryAfter = response.headers["retry-after"].flatMap { Self.delay($0, now: now) }
        if let region, !Self.isRegion(region) { self.region = nil }
    }

    /// Whether `text` can be a region. It becomes part of a host name, so nothing else may pass.
    static func isRegion(_ text: String) -> Bool {
        (2...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            && text.utf8.first != 45 && text.utf8.last != 45
    }

    /// Retry-After in seconds or as a date (RFC 9110, section 10.2.3); at most an hour.
    private static func delay(_ text: String, now: Timestamp) -> Duration? {
        if let seconds = Int64(text), seconds >= 0 { return .seconds(min(seconds, 3600)) }
        guard let date = HTTPDate.parse(text), date > now else { return nil }
        return min(now.distance(to: date), .seconds(3600))
    }
}
