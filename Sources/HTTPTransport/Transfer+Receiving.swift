// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl
import StorageModel

extension Transfer {
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    /// Takes one line of the answer's head, or of its trailer. False: no more.
    func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= Self.headerBytesMax else {
            failure = HTTPError(
                .unexpected, "the answer's headers exceed \(Self.headerBytesMax) bytes", requestWasSent: true)
            return false
        }
        var end = bytes.count
        while end > 0, bytes[end - 1] == Self.lineFeed || bytes[end - 1] == Self.carriageReturn { end -= 1 }
        let line = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        guard let first = line.first else {
            headersAreComplete = status >= 200
            return true
        }
        if !headersAreComplete, first == UInt8(ascii: "H"), line.starts(with: "HTTP/".utf8) {
            beginAnswer(line)
        } else if first == Self.space || first == Self.tab {
            // A folded line (RFC 9112 section 5.2) continues the value before it.
            headers.fold(trimmed(line[...]))
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let name = UnsafeRawBufferPointer(rebasing: line[..<colon]), value = trimmed(line[(colon + 1)...])
            noteFraming(name, value)
            headers.append(name, value)
        }
        return true
    }

    private func beginAnswer(_ line: UnsafeRawBufferPointer) {
        status = 0
        for byte in line.drop(while: { $0 != Self.space }).dropFirst().prefix(3) {
            guard byte >= 48, byte <= 57 else { break }
            status = status * 10 + Int(byte - 48)
        }
        headers.reset()
        // Should libcurl ask again by itself (417 Expectation Failed), nothing of the first answer counts.
        body.removeAll(keepingCapacity: true)
        received = 0
        expectedLength = nil
        isChunked = false
    }

    /// Remembers what tells the length of the body.
    private func noteFraming(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        guard !headersAreComplete else { return }
        if name.count == 14, equal(name, "content-length") {
            expectedLength = Int64(text(value))
        } else if name.count == 17, equal(name, "transfer-encoding") {
            isChunked = true
        }
    }

    private func equal(_ name: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        lowercase.withUTF8Buffer { zip(name, $0).allSatisfy { $0 | 0x20 == $1 } }
    }

    private func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        let line = bytes.base
        var (start, end) = (bytes.startIndex, bytes.endIndex)
        while start < end, line[start] == Self.space || line[start] == Self.tab { start += 1 }
        while start < end, line[end - 1] == Self.space || line[end - 1] == Self.tab { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: line[start..<end])
    }

    private func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Takes a chunk of the answer's body: all of it, or nothing and `CURL_WRITEFUNC_PAUSE`. Anything else ends the
    /// exchange.
    func receiveBody(_ bytes: UnsafeRawBufferPointer, _ handle: EasyHandle) -> Int {
        guard handle.bandwidth.mayReceive(self) else {
            pauses.insert(.receivingTooFast)
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        if !(200..<300).contains(status) {
            body.append(contentsOf: bytes.prefix(Self.errorBodyMax - body.count))
            isSatisfied = received + Int64(bytes.count) > Self.errorBodyReadMax
        } else {
            switch request.sink {
            case .collect(let limit):
                guard bytes.count <= limit - body.count else { return tooLong(limit) }
                if body.isEmpty { body.reserveCapacity(min(limit, Int(clamping: expectedLength ?? 0))) }
                body.append(contentsOf: bytes)
            case .buffer(let part):
                guard part.append(bytes) else { return tooLong(part.capacity) }
                part.bytesPassed = part.count
            case .stream(let sink):
                switch sink.receive(bytes) {
                case .taken: break
                case .wait:
                    pauses.insert(.sinkWaits)
                    return Int(CURL_WRITEFUNC_PAUSE)
                case .fail(let reason):
                    failure = HTTPError(.bodyFailed, reason, requestWasSent: true)
                    return 0
                }
            }
        }
        received += Int64(bytes.count)
        handle.bandwidth.received(bytes.count, by: self)
        handle.counters.countReceived(bytes.count)
        return isSatisfied ? 0 : bytes.count
    }

    private func tooLong(_ limit: Int) -> Int {
        failure = HTTPError(
            .bodyTooLong, "the answer's body exceeds the \(limit) bytes it was given", requestWasSent: true)
        return 0
    }
}
