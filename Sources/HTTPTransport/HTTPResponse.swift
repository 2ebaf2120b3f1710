// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A complete answer: the transfer is over when this exists.
package struct HTTPResponse: Sendable {
    package var status: Int
    /// In the order received, names as sent.
    package var headers: [HTTPHeader]
    /// What `.collect` took, or the beginning of an answer that is not 2xx.
    package var body: [UInt8]

    package init(status: Int, headers: [HTTPHeader], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first header of that name, which is given in lower case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name }?.value
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
