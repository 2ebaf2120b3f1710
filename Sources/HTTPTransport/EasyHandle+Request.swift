// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl
import StorageModel

extension EasyHandle {
    /// A body below this travels in one piece with the headers: one call to the kernel instead of two.
    private static let inlineBodyMax: Int64 = 64 << 10
    /// libcurl waits for `100 Continue` only above this.
    private static let expectBodyMin: Int64 = 1 << 20
    private static let largeBody: Int64 = 512 << 10
    private static let largeBuffer = 512 << 10
    private static let defaultSendBuffer = 64 << 10
    private static let defaultReceiveBuffer = 16 << 10
    /// For answers of a few headers: libcurl makes the buffer anew for every exchange, and this is the most that malloc has
    /// at hand without a search.
    private static let smallReceiveBuffer = 1 << 10

    /// Sets what this request needs. An error: nothing was sent and nothing will be.
    func prepare(_ transfer: Transfer) -> HTTPError? {
        let request = transfer.request
        if let reason = Self.refusal(of: request.url) { return HTTPError(.invalidURL, reason) }
        // Back to a plain GET, whatever the last exchange was. While libcurl knows of an inline body, it rewinds no other.
        if hasInlineBody { godwit_easy_set_pointer(raw, CURLOPT_POSTFIELDS, nil) }
        hasInlineBody = false
        set(CURLOPT_HTTPGET, 1)
        setURL(request.url, authority: transfer.host?.authority ?? request.authority)
        set(CURLOPT_FRESH_CONNECT, transfer.isSecondAttempt ? 1 : 0)
        set(CURLOPT_TIMEOUT_MS, request.timeout?.curlMilliseconds ?? 0)

        let length = transfer.contentLength
        let isInline = length.map { $0 < Self.inlineBodyMax && !isStreamed(request.body) } ?? false
        if let error = setHeaders(request, length: length, isInline: isInline) { return error }
        godwit_easy_set_pointer(raw, CURLOPT_HTTPHEADER, text.list)
        if let length {
            if isInline {
                addInlineBody(transfer, length)
            } else {
                set(CURLOPT_UPLOAD, 1)
                godwit_easy_set_size(raw, CURLOPT_INFILESIZE_LARGE, curl_off_t(length))
            }
        }
        switch request.method {
        case .get where length == nil: set(CURLOPT_CUSTOMREQUEST, nil)
        case .head where length == nil:
            set(CURLOPT_CUSTOMREQUEST, nil)
            set(CURLOPT_NOBODY, 1)
        default: set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        setBuffers(request, length: length, isInline: isInline)
        return nil
    }

    /// libcurl takes a URL apart and writes it anew for every request, a byte at a time. So it is told the host alone, and
    /// only where that is another than before, and what is asked of the host as it stands. A proxy gets the URL whole.
    private func setURL(_ url: String, authority: String) {
        if usesProxy { return set(CURLOPT_URL, url) }
        if authority != self.authority { set(CURLOPT_URL, authority) }
        self.authority = authority
        url.withCString { url in
            let target = url + authority.utf8.count
            if target.pointee == UInt8(ascii: "/") {
                godwit_easy_set_text(raw, CURLOPT_REQUEST_TARGET, target)
            } else {
                set(CURLOPT_REQUEST_TARGET, "/" + String(cString: target))
            }
        }
    }

    /// Why libcurl would not send this URL, or not as it is.
    private static func refusal(of url: String) -> String? {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            return "the URL begins with neither http:// nor https://"
        }
        // libcurl cuts the URL off at '#', and encodes what is not ASCII by itself.
        var text = url
        let stray = text.withUTF8 { $0.first { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "#") } }
        return stray.map { "the URL holds the byte \($0), which must be percent-encoded" }
    }

    /// A body with a rate goes through the read callback, where it can be slowed.
    private func isStreamed(_ body: HTTPRequestBody) -> Bool {
        if case .stream = body { true } else { bandwidth.isLimited(.upload) }
    }

    /// Exactly the caller's headers, Content-Length, and nothing of libcurl's own but Host and User-Agent.
    private func setHeaders(_ request: HTTPRequest, length: Int64?, isInline: Bool) -> HTTPError? {
        var bytes = isInline ? Int(length ?? 0) : 0
        for header in request.headers { bytes += header.name.utf8.count + header.value.utf8.count + 3 }
        text.reset(bytes: bytes + 64, lines: request.headers.count + 4)
        var (hasAccept, hasContentType, hasExpect) = (false, false, false)
        for header in request.headers {
            switch header.name.utf8.count {
            case 6:
                if header.isNamed("accept") { hasAccept = true }
                if header.isNamed("expect") {
                    guard length ?? 0 > Self.expectBodyMin else { continue }
                    hasExpect = true
                }
            case 12 where header.isNamed("content-type"): hasContentType = true
            // The body's own length is exact; a second one could only be wrong.
            case 14 where header.isNamed("content-length"): continue
            default: break
            }
            guard text.addHeader(header.name, header.value) else {
                return HTTPError(.unexpected, "the header \(header.name.debugDescription) cannot be sent as it is")
            }
        }
        if !hasAccept { text.suppress("Accept:") }
        if length != nil {
            if isInline, !hasContentType { text.suppress("Content-Type:") }
            if !hasExpect { text.suppress("Expect:") }
        }
        return nil
    }

    private func addInlineBody(_ transfer: Transfer, _ length: Int64) {
        let body: UnsafeMutableRawPointer? =
            switch transfer.request.body {
            case .bytes(let bytes): bytes.withUnsafeBytes { text.addBody($0) }
            case .buffer(let part): part.withUnsafeBytes { text.addBody($0) }
            case .none, .stream: text.addBody(UnsafeRawBufferPointer(start: nil, count: 0))
            }
        godwit_easy_set_size(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(length))
        godwit_easy_set_pointer(raw, CURLOPT_POSTFIELDS, body)
        hasInlineBody = true
    }

    private func setBuffers(_ request: HTTPRequest, length: Int64?, isInline: Bool) {
        if let length, !isInline {
            let isLarge = length >= Self.largeBody && !bandwidth.isLimited(.upload)
            let size = isLarge ? Self.largeBuffer : Self.defaultSendBuffer
            if size != sendBuffer { set(CURLOPT_UPLOAD_BUFFERSIZE, size) }
            sendBuffer = size
        }
        let expectsMuch =
            switch request.sink {
            case .collect(let limit): limit > 8 << 20
            case .buffer(let part): part.capacity - part.count >= Int(Self.largeBody)
            case .stream: true
            }
        let usual = request.method == .put ? Self.smallReceiveBuffer : Self.defaultReceiveBuffer
        let size = expectsMuch && !bandwidth.isLimited(.download) ? Self.largeBuffer : usual
        if size != receiveBuffer { set(CURLOPT_BUFFERSIZE, size) }
        receiveBuffer = size
    }
}

extension HTTPHeader {
    /// Whether this is its name, whatever its case. `lowercase` is of the same length and holds letters and `-` only.
    fileprivate func isNamed(_ lowercase: StaticString) -> Bool {
        var name = name
        return name.withUTF8 { name in lowercase.withUTF8Buffer { zip(name, $0).allSatisfy { $0 | 0x20 == $1 } } }
    }
}
