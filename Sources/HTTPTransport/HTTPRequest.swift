// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// The methods that S3 uses.
package enum HTTPMethod: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case put = "PUT"
    case post = "POST"
    case delete = "DELETE"
}

/// One header line, sent as given.
package struct HTTPHeader: Sendable, Hashable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One request. The URL is sent byte for byte as given (`CURLOPT_PATH_AS_IS`), so it must be percent-encoded already.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    package var url: String
    package var headers: [HTTPHeader]
    package var body: HTTPRequestBody
    /// Where the bytes of a 2xx answer go. The body of any other answer is collected (at most 64 KiB) whatever this is.
    package var sink: HTTPResponseSink
    /// The most time for the whole exchange; nil: bounded by the connect and idle timeouts only.
    package var timeout: Duration?
    /// Sent on one connection only. Any other request is sent again, unseen by its sender, when the kept connection it
    /// went out on ends without an answer: the server may then see it twice.
    package var isSentOnce: Bool
    /// Gives the headers anew where the request had to wait for its turn (``RequestRate``) longer than a minute: stores refuse
    /// a signature that is older than a quarter of an hour. Called on the event loop.
    package var renewedHeaders: (@Sendable () -> [HTTPHeader])?

    package init(
        _ method: HTTPMethod, _ url: String, headers: [HTTPHeader] = [], body: HTTPRequestBody = .none,
        sink: HTTPResponseSink = .collect(limit: 1 << 20), timeout: Duration? = nil, isSentOnce: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.sink = sink
        self.timeout = timeout
        self.isSentOnce = isSentOnce
    }
}

/// What a request carries; every form can be sent again, a stream where its source can begin anew.
package enum HTTPRequestBody: Sendable {
    case none
    case bytes([UInt8])
    /// Sent from the buffer's memory; not changed until the exchange is over.
    case buffer(PartBuffer)
    /// Pulled piece by piece on the event loop.
    case stream(any HTTPBodySource, length: Int64)

    /// Whether the caller keeps the bytes, which may be many.
    var isCallers: Bool {
        switch self {
        case .none, .bytes: false
        case .buffer, .stream: true
        }
    }
}

/// Where an answer's body goes.
package enum HTTPResponseSink: Sendable {
    /// Into ``HTTPResponse/body``; a longer body is `bodyTooLong`.
    case collect(limit: Int)
    /// Appended to the buffer; a body that does not fit is `bodyTooLong`.
    case buffer(PartBuffer)
    /// Handed over piece by piece on the event loop.
    case stream(any HTTPBodySink)

    /// Whether the caller keeps the bytes, which may be many.
    var isCallers: Bool {
        switch self {
        case .collect: false
        case .buffer, .stream: true
        }
    }
}

/// Gives a request's body on the event loop's thread: must not block.
package protocol HTTPBodySource: Sendable {
    /// Writes the next bytes and returns how many; 0 bytes are the end. `.wait` pauses the transfer until the source
    /// calls `resume` given to ``attach(_:)`` (from any thread).
    func read(into buffer: UnsafeMutableRawBufferPointer) -> HTTPBodyPull
    func attach(_ resume: @escaping @Sendable () -> Void)
    /// Makes the next read give the first bytes once more; false: they are gone.
    func rewind() -> Bool
}

/// What a source has for the loop: bytes written, nothing yet, or a reason to give up.
package enum HTTPBodyPull: Sendable { case bytes(Int), wait, fail(String) }

/// Takes a response's body on the event loop's thread: must not block.
package protocol HTTPBodySink: Sendable {
    /// Takes all of `bytes`, or none of them with `.wait`, which pauses the transfer until the sink calls `resume`.
    func receive(_ bytes: UnsafeRawBufferPointer) -> HTTPBodyPush
    func attach(_ resume: @escaping @Sendable () -> Void)
}

/// What a sink did with the bytes: took them, wants them later, or refuses them.
package enum HTTPBodyPush: Sendable { case taken, wait, fail(String) }
