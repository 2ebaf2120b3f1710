// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 whose every answer is written by a test, byte by byte. A thread a connection.
final class ScriptedServer: Sendable {
    /// What becomes of the connection after a request.
    enum Ending: Sendable { case keep, close, reset }

    /// One request and the connection it came on.
    struct Exchange: Sendable {
        let socket: Int32
        /// The bytes up to and with the empty line.
        let head: String
        /// Bytes that came with the head.
        let early: [UInt8]
        /// Which request of the server, and which of the connection, this is, from 0.
        let number: Int
        let numberOnConnection: Int

        var requestLine: String { head.components(separatedBy: "\r\n")[0] }
        var target: String { requestLine.components(separatedBy: " ")[1] }
        var headers: [String] { head.components(separatedBy: "\r\n").dropFirst().filter { !$0.isEmpty } }

        func header(_ name: String) -> String? {
            headers.first { $0.lowercased().hasPrefix(name + ":") }?.dropFirst(name.count + 1)
                .trimmingCharacters(in: .whitespaces)
        }

        /// Reads what the Content-Length announces.
        @discardableResult
        func readBody() -> [UInt8] {
            var body = early
            let length = header("content-length").flatMap(Int.init) ?? 0
            while body.count < length, let more = read(min(length - body.count, 1 << 16)) { body += more }
            return body
        }

        /// Nil: the other side is gone.
        func read(_ most: Int) -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: most)
            let count = recv(socket, &buffer, most, 0)
            return count > 0 ? Array(buffer[0..<count]) : nil
        }

        @discardableResult
        func send(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }

        @discardableResult
        func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        func answer(_ status: String = "200 OK", _ body: String = "", headers: String = "") {
            send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
        }

        /// Holds the answer until the other side closes the connection.
        func waitForEnd() { while read(1 << 16) != nil {} }
    }

    typealias Script = @Sendable (Exchange) -> Ending

    let port: UInt16
    var url: String { "http://127.0.0.1:\(port)" }
    private let listener: Int32
    private let requests = Atomic<Int>(0)
    private let connections = Atomic<Int>(0)
    private let open = Atomic<Int>(0)

    /// Requests and connections seen so far, and the connections still open.
    var requestCount: Int { requests.load(ordering: .relaxed) }
    var connectionCount: Int { connections.load(ordering: .relaxed) }
    var openConnections: Int { open.load(ordering: .relaxed) }

    init(receiveBuffer: Int32? = nil, _ script: @escaping Script) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(bitPattern: SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        if var size = receiveBuffer {
            setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 512) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                connections.wrappingAdd(1, ordering: .relaxed)
                open.wrappingAdd(1, ordering: .relaxed)
                let thread = Thread { [self] in
                    serve(socket, script)
                    open.wrappingSubtract(1, ordering: .relaxed)
                }
                thread.stackSize = 256 << 10
                thread.start()
            }
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ socket: Int32, _ script: Script) {
        defer { close(socket) }
        var buffer: [UInt8] = []
        var numberOnConnection = 0
        while true {
            var chunk = [UInt8](repeating: 0, count: 1 << 14)
            while Self.headEnd(buffer) == nil {
                let count = recv(socket, &chunk, chunk.count, 0)
                guard count > 0 else { return }
                buffer += chunk[0..<count]
            }
            guard let end = Self.headEnd(buffer) else { return }
            let number = requests.wrappingAdd(1, ordering: .relaxed).oldValue
            let exchange = Exchange(
                socket: socket, head: String(decoding: buffer[0..<end], as: UTF8.self), early: Array(buffer[end...]),
                number: number, numberOnConnection: numberOnConnection)
            buffer = []
            numberOnConnection += 1
            switch script(exchange) {
            case .keep: continue
            case .close: return
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
                return
            }
        }
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        var index = 3
        while index < bytes.count {
            if bytes[index] == 10, bytes[index - 2] == 10, bytes[index - 1] == 13 { return index + 1 }
            index += 1
        }
        return nil
    }
}
