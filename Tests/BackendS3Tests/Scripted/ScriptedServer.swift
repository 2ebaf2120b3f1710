// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// An HTTP server on this machine that answers as a test tells it, and remembers what it was asked.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        var method: String
        /// Path and query as sent.
        var target: String
        /// Names in lower case.
        var headers: [String: String]
        var body: [UInt8]
    }

    enum Reply: Sendable {
        case answer(Int, [String: String] = [:], String = "")
        /// Announces `length` bytes, sends the body and closes.
        case cutOff(length: Int, String)
        /// Sends the head and then the second text again and again, until nobody listens.
        case endless(String, String)
        /// Closes without an answer.
        case hangUp
    }

    let port: UInt16
    private let listener: Int32
    private let handler: @Sendable (Request, Int) -> Reply
    private let seen = Mutex<[Request]>([])

    var endpoint: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.withLock { $0 } }

    /// `handler` is given each request and how many came before it.
    init(_ handler: @escaping @Sendable (Request, Int) -> Reply) throws {
        self.handler = handler
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in accept() }
    }

    /// Wakes the accepting thread, which closes the socket itself: its number must not be another's meanwhile.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else {
                close(listener)
                return
            }
            Thread.detachNewThread { [self] in serve(connection) }
        }
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        while let request = Self.receive(connection, &buffer) {
            let index = seen.withLock { seen in
                seen.append(request)
                return seen.count - 1
            }
            switch handler(request, index) {
            case .hangUp: return
            case .endless(let head, let piece):
                Self.send(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(head)")
                let many = String(repeating: piece, count: 65_536 / piece.utf8.count + 1)
                while Self.send(connection, many) {}
                return
            case .cutOff(let length, let body):
                Self.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n\(body)")
                return
            case .answer(let status, let headers, let body):
                var text = "HTTP/1.1 \(status) X\r\n"
                for (name, value) in headers { text += "\(name): \(value)\r\n" }
                if headers["Content-Length"] == nil, status != 204 { text += "Content-Length: \(body.utf8.count)\r\n" }
                Self.send(connection, text + "\r\n" + (request.method == "HEAD" || status == 204 ? "" : body))
            }
        }
    }

    /// Whether all of it went.
    @discardableResult
    private static func send(_ connection: Int32, _ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    private static func more(_ connection: Int32, _ buffer: inout [UInt8]) -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &piece, piece.count, 0)
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }

    private static func receive(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        let mark = Array("\r\n\r\n".utf8)
        var end = buffer.firstRange(of: mark)
        while end == nil {
            guard more(connection, &buffer) else { return nil }
            end = buffer.firstRange(of: mark)
        }
        guard let end else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            headers[sides[0].lowercased()] = sides[1].trimmingCharacters(in: .whitespaces)
        }
        buffer.removeSubrange(..<end.upperBound)
        if headers["expect"] != nil { send(connection, "HTTP/1.1 100 Continue\r\n\r\n") }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        while buffer.count < length { guard more(connection, &buffer) else { return nil } }
        let body = Array(buffer[..<length])
        buffer.removeSubrange(..<length)
        return Request(method: String(first[0]), target: String(first[1]), headers: headers, body: body)
    }
}
