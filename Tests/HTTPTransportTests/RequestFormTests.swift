// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Testing

@Suite struct RequestFormTests {
    /// The head of the request as the server saw it, and its body.
    private func seen(_ make: (String) -> HTTPRequest) async throws -> (head: String, body: [UInt8]) {
        let server = try ScriptedServer { exchange in
            let body = exchange.readBody()
            let headSize = exchange.head.utf8.count
            exchange.send("HTTP/1.1 200 OK\r\nHead: \(headSize)\r\nContent-Length: \(headSize + body.count)\r\n\r\n")
            exchange.send(exchange.head)
            exchange.send(body)
            return .keep
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let response = try await client.send(make(server.url))
        let end = try #require(response.headers["head"].flatMap(Int.init))
        return (String(decoding: response.body[..<end], as: UTF8.self), Array(response.body[end...]))
    }

    @Test(arguments: [
        "/bucket//a/../b/./c%2Fd%2f", "/..", "/b/%2e%2E/%25%20+~", "/b/k?list-type=2&prefix=a%2Fb&start-after=",
        "/b?delete", "/b/[x]{y}|^`\"<>\\", "//double", "/",
    ])
    func pathIsSentByteForByte(path: String) async throws {
        let (head, _) = try await seen { HTTPRequest(.get, $0 + path) }
        #expect(head.hasPrefix("GET \(path) HTTP/1.1\r\n"))
    }

    @Test(arguments: ["/a#b", "/a b", "/a\nb", "/a\u{7F}", "/b/\u{e9}\u{65e5}"])
    func pathThatWouldBeChangedIsRefused(path: String) async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(HTTPConfiguration()).send(HTTPRequest(.get, "http://127.0.0.1:9" + path))
        }
        #expect(error?.kind == .invalidURL)
        #expect(error?.requestWasSent == false)
    }

    @Test(arguments: ["ftp://127.0.0.1/x", "file:///etc/passwd", "127.0.0.1", "http://", "http://user:pw@127.0.0.1:9/"])
    func urlThatIsNotPlainHTTPIsRefused(url: String) async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(HTTPConfiguration()).send(HTTPRequest(.get, url))
        }
        #expect(error?.requestWasSent == false)
        #expect(error.map { $0.kind == .invalidURL || $0.kind == .unexpected } == true)
    }

    @Test func headersAreExactlyTheCallers() async throws {
        var port = ""
        let (head, _) = try await seen { url in
            port = String(url.dropFirst("http://".count))
            return HTTPRequest(
                .get, url + "/k",
                headers: [
                    HTTPHeader("x-amz-date", "20260101T000000Z"), HTTPHeader("Authorization", "AWS4-HMAC-SHA256 a=b"),
                    HTTPHeader("X-Empty", ""), HTTPHeader("X-Blank", " \t"), HTTPHeader("x-amz-meta-a", "b: c;  d"),
                ])
        }
        #expect(
            head == """
                GET /k HTTP/1.1\r
                Host: \(port)\r
                User-Agent: godwit\r
                x-amz-date: 20260101T000000Z\r
                Authorization: AWS4-HMAC-SHA256 a=b\r
                X-Empty:\r
                X-Blank:\r
                x-amz-meta-a: b: c;  d\r
                \r

                """)
    }

    @Test(arguments: [HTTPMethod.put, .post], [0, 1, 4096, 65_535, 65_536, 1_200_000])
    func bodyAndItsLength(method: HTTPMethod, size: Int) async throws {
        let bytes = pattern(size)
        let source = ArraySource(bytes)
        for body in [HTTPRequestBody.bytes(bytes), .buffer(PartBuffer(bytes)), .stream(source, length: Int64(size))] {
            let (head, sent) = try await seen {
                HTTPRequest(
                    method, $0 + "/k", headers: [HTTPHeader("Content-Length", "7"), HTTPHeader("x-a", "1")], body: body,
                    sink: .collect(limit: 4 << 20))
            }
            let lines = Set(head.components(separatedBy: "\r\n").dropFirst(2).filter { !$0.isEmpty })
            #expect(head.hasPrefix("\(method.rawValue) /k HTTP/1.1\r\n"))
            #expect(lines == ["User-Agent: godwit", "x-a: 1", "Content-Length: \(size)"])
            #expect(sent == bytes)
        }
    }

    @Test(arguments: [HTTPMethod.put, .post])
    func noBodyHasLengthZero(method: HTTPMethod) async throws {
        let (head, _) = try await seen { HTTPRequest(method, $0 + "/k?uploads=") }
        #expect(head.contains("\r\nContent-Length: 0\r\n"))
        #expect(!head.contains("Content-Type"))
    }

    @Test func deleteHasNoBodyUnlessGiven() async throws {
        let (bare, _) = try await seen { HTTPRequest(.delete, $0 + "/k") }
        #expect(bare.hasPrefix("DELETE /k HTTP/1.1\r\n"))
        #expect(!bare.contains("Content-Length"))
        let (head, body) = try await seen { HTTPRequest(.delete, $0 + "/k", body: .bytes([1, 2])) }
        #expect(head.hasPrefix("DELETE /k HTTP/1.1\r\n"))
        #expect(head.contains("Content-Length: 2"))
        #expect(body == [1, 2])
    }

    @Test func contentTypeAndAcceptAreKept() async throws {
        let (head, _) = try await seen {
            HTTPRequest(
                .post, $0 + "/k", headers: [HTTPHeader("content-type", "text/xml"), HTTPHeader("Accept", "a/b")],
                body: .bytes([1]))
        }
        #expect(head.contains("\r\ncontent-type: text/xml\r\n"))
        #expect(head.contains("\r\nAccept: a/b\r\n"))
        #expect(!head.contains("urlencoded"))
    }

    @Test(arguments: [
        HTTPHeader("a", "b\r\nc: d"), HTTPHeader("a", "b\nc"), HTTPHeader("a", "b\0"), HTTPHeader("a: b", "c"),
        HTTPHeader("", "c"), HTTPHeader("a\r\nb", "c"),
    ])
    func headerThatWouldBeAnotherIsRefused(header: HTTPHeader) async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(HTTPConfiguration()).send(HTTPRequest(.get, "http://127.0.0.1:9/", headers: [header]))
        }
        #expect(error?.requestWasSent == false)
        #expect(error?.message.contains("cannot be sent") == true)
    }

    /// One handle serves all of these in turn: nothing of one request may show in the next.
    @Test func handleKeepsNothingFromTheLastRequest() async throws {
        let server = try ScriptedServer { exchange in
            let body = exchange.readBody()
            if exchange.requestLine.hasPrefix("HEAD") {
                exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
            } else {
                let headers = exchange.headers.dropFirst(2).joined(separator: "|")
                exchange.answer("200 OK", "\(exchange.requestLine)|\(headers)|\(body.count)")
            }
            return .keep
        }
        defer { server.stop() }
        var configuration = HTTPConfiguration()
        configuration.connectionsMax = 1
        let client = HTTPClient(configuration)
        func line(_ method: HTTPMethod, _ body: HTTPRequestBody, _ headers: [HTTPHeader] = []) async throws -> String {
            let response = try await client.send(HTTPRequest(method, server.url + "/k", headers: headers, body: body))
            return String(decoding: response.body, as: UTF8.self)
        }
        let large = PartBuffer(pattern(100_000))
        for _ in 0..<2 {
            let put = try await line(.put, .bytes([1, 2, 3]), [HTTPHeader("a", "b")])
            #expect(put == "PUT /k HTTP/1.1|a: b|Content-Length: 3|3")
            #expect(try await line(.get, .none) == "GET /k HTTP/1.1||0")
            let post = try await line(.post, .stream(ArraySource([1]), length: 1))
            #expect(post == "POST /k HTTP/1.1|Content-Length: 1|1")
            #expect(try await line(.head, .none) == "")
            #expect(try await line(.delete, .none) == "DELETE /k HTTP/1.1||0")
            #expect(try await line(.put, .buffer(large)) == "PUT /k HTTP/1.1|Content-Length: 100000|100000")
            #expect(large.bytesPassed == 100_000)
            #expect(try await line(.get, .none) == "GET /k HTTP/1.1||0")
        }
        #expect(server.connectionCount == 1)
    }

    @Test func expectIsSentOnlyForALargeBodyThatAsksForIt() async throws {
        let server = try ScriptedServer { exchange in
            let expects = exchange.header("expect") != nil
            if expects { exchange.send("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n") }
            let body = exchange.readBody()
            exchange.answer("200 OK", "\(expects) \(body.count)", headers: "X-Final: 1\r\n")
            return .keep
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        for (size, asks, expected) in [(1 << 20, true, "false"), (2 << 20, true, "true"), (2 << 20, false, "false")] {
            let response = try await client.send(
                HTTPRequest(
                    .put, server.url + "/k", headers: asks ? [HTTPHeader("Expect", "100-continue")] : [],
                    body: .bytes([UInt8](repeating: 7, count: size))))
            #expect(String(decoding: response.body, as: UTF8.self) == "\(expected) \(size)")
            let length = HTTPHeader("Content-Length", "\(response.body.count)")
            #expect(response.headers == [length, HTTPHeader("X-Final", "1")])
        }
    }
}
