// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A complete answer: the transfer is over when this exists.
package struct HTTPResponse: Sendable {
    package var status: Int
    /// In the order received, names as sent.
    package var headers: HTTPFields
    /// What `.collect` took, or the beginning of an answer that is not 2xx.
    package var body: [UInt8]

    package init(status: Int, headers: HTTPFields, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why no answer came.
package struct HTTPError: Error, Sendable {
    package enum Kind: String, Sendable {
        case invalidURL, hostNotFound, connectFailed, tls, timedOut, connectionLost
        /// The answer ended before its Content-Length.
        case truncated
        case bodyTooLong
        /// A body source or sink refused to go on.
        case bodyFailed
        case cancelled, closed, unexpected
    }
    package var kind: Kind
    package var message: String
    /// Whether any byte of the request may have reached the server.
    package var requestWasSent: Bool

    package init(_ kind: Kind, _ message: String, requestWasSent: Bool = false) {
        self.kind = kind
        self.message = message
        self.requestWasSent = requestWasSent
    }
}
