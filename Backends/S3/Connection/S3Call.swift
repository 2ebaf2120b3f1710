// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// One call of the S3 API before it is addressed and signed.
struct S3Call: Sendable {
    /// What the ledger counts it as.
    var kind: RequestLedger.Kind
    var method: HTTPMethod
    /// What the caller was doing, for errors.
    var operation: StorageError.Operation
    /// The permission that the call needs, for advice.
    var permission: String
    /// Nil: the bucket itself, or the account.
    var key: ObjectKey?
    var query = CanonicalQuery()
    /// Names in lower case, as they are signed.
    var headers: [HTTPHeader] = []
    var body = HTTPRequestBody.none
    /// The body where it goes in chunks, which give ``body`` and ``payload`` when it is signed.
    var chunks: ChunkedBody?
    /// One of ``PayloadHash``.
    var payload = PayloadHash.empty
    var sink = HTTPResponseSink.collect(limit: 1 << 20)
    /// Which host and which credentials, where a bucket has several.
    var entrance = S3Entrance.data
    /// Whether a lost answer leaves it open what happened, so that sending the call again could mislead.
    var isAmbiguousWhenLost = false
    /// Whether sending it twice leaves something behind in the store.
    var leavesTraces = false

    /// Sends `document`, XML, with the digest without which some calls are refused.
    mutating func carry(_ document: [UInt8], provenBy algorithm: ChecksumAlgorithm) {
        headers.append(HTTPHeader("content-type", "application/xml"))
        headers.append(ChecksumText.header(algorithm, Digest.of(document, algorithm)))
        body = .bytes(document)
        payload = PayloadHash.of(document)
    }
}
