// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl
import StorageModel
import Synchronization

/// One exchange on its way: the request, and what came of the answer so far.
///
/// `@unchecked Sendable`: the sender hands it over with `post(.start)`, and from then on the loop's thread alone
/// touches it, but for the cancelled flag, which is atomic, and `begin`, which comes before.
final class Transfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPError>

    /// Why libcurl was told to hold a direction.
    struct Pauses: OptionSet {
        let rawValue: UInt8
        static let sourceWaits = Pauses(rawValue: 1)
        static let sendingTooFast = Pauses(rawValue: 2)
        static let sinkWaits = Pauses(rawValue: 4)
        static let receivingTooFast = Pauses(rawValue: 8)
        static let sending: Pauses = [.sourceWaits, .sendingTooFast]
        static let receiving: Pauses = [.sinkWaits, .receivingTooFast]
    }

    /// The most kept of a body that is not a 2xx's.
    static let errorBodyMax = 64 << 10
    /// A longer body that is not a 2xx's is cut off rather than read to its end.
    static let errorBodyReadMax: Int64 = 1 << 20
    static let headerBytesMax = 256 << 10
    /// Headers that are older are made anew.
    private static let headersAgeMax: Nanoseconds = 60_000_000_000

    private(set) var request: HTTPRequest
    /// Set while libcurl works on the exchange.
    var handle: EasyHandle?
    /// Whom it is with.
    var host: HTTPHost?
    /// When it came to its loop, where requests have a rate.
    var arrival: Nanoseconds = 0
    var pauses: Pauses = []
    /// The rates that it has by itself.
    var ownUpload = TokenBucket(rate: nil, now: 0)
    var ownDownload = TokenBucket(rate: nil, now: 0)
    /// Body bytes given to libcurl.
    var sent: Int64 = 0
    /// A kept connection was dead, and this is the second attempt, on a new one.
    private(set) var isSecondAttempt = false
    private var wasIssued = false

    // The answer. Interim answers (100 Continue) are overwritten by what follows.
    var status = 0
    var headers = HTTPFields()
    var headerBytes = 0
    var headersAreComplete = false
    var expectedLength: Int64?
    var isChunked = false
    var received: Int64 = 0
    var body: [UInt8] = []
    /// Why a callback ended the exchange.
    var failure: HTTPError?
    /// A callback ended the exchange, and the answer is good enough all the same.
    var isSatisfied = false

    private var continuation: UnsafeContinuation<Outcome, Never>?
    private let cancelled = Atomic<Bool>(false)

    init(_ request: HTTPRequest) { self.request = request }

    func begin(_ continuation: UnsafeContinuation<Outcome, Never>) { self.continuation = continuation }

    /// From any thread.
    func markCancelled() { cancelled.store(true, ordering: .releasing) }
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    var isOver: Bool { continuation == nil }

    /// Resumes the sender, once.
    func complete(_ outcome: Outcome) {
        guard let continuation else { return }
        self.continuation = nil
        // A source or sink keeps `resume`, and thereby this object.
        request.body = .none
        request.sink = .collect(limit: 0)
        continuation.resume(returning: outcome)
    }

    /// Makes ready to go again from the start; false: it may not, or cannot.
    ///
    /// libcurl does this by itself, but not when it is writing the body that it finds the kept connection dead.
    func beginAgain(after code: CURLcode, _ handle: EasyHandle) -> Bool {
        guard !request.isSentOnce, !isSecondAttempt, code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR,
            headerBytes == 0, handle.usedKeptConnection, rewind(to: 0) == CURL_SEEKFUNC_OK
        else { return false }
        isSecondAttempt = true
        return true
    }

    /// Its turn has come. What it was signed with may be old by now.
    func renewHeaders(now: Nanoseconds) {
        if now > arrival + Self.headersAgeMax, let renewed = request.renewedHeaders { request.headers = renewed() }
    }

    /// libcurl is about to send the request, on a connection that stands. False: it was sent before and must not be again.
    func issue() -> Bool {
        if request.isSentOnce, wasIssued {
            failure = HTTPError(.connectionLost, "the kept connection ended without an answer", requestWasSent: true)
            return false
        }
        wasIssued = true
        return true
    }

    /// Bytes of the request's body; nil: it has none and says so by silence.
    var contentLength: Int64? {
        switch request.body {
        case .none: request.method == .put || request.method == .post ? 0 : nil
        case .bytes(let bytes): Int64(bytes.count)
        case .buffer(let buffer): Int64(buffer.count)
        case .stream(_, let length): length
        }
    }
}
