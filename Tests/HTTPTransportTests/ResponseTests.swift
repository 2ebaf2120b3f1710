// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Testing

@Suite struct ResponseTests {
    private func answer(
        _ bytes: String, _ ending: ScriptedServer.Ending = .close, method: HTTPMethod = .get,
        sink: HTTPResponseSink = .collect(limit: 1 << 20)
    ) async throws -> HTTPResponse {
        let server = try ScriptedServer { exchange in
            exchange.readBody()
            exchange.send(bytes)
            return ending
        }
        defer { server.stop() }
        return try await HTTPClient(HTTPConfiguration()).send(HTTPRequest(method, server.url + "/k", sink: sink))
    }

    @Test func headersKeepOrderCaseAndRepetition() async throws {
        let response = try await answer(
            "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nx-A:1\r\nX-a:  2 \t\r\nEmpty:\r\nFolded: a\r\n  b\r\n"
                + "content-LENGTH: 2\r\n\r\nhi")
        #expect(
            response.headers == [
                HTTPHeader("ETag", "\"a\""), HTTPHeader("x-A", "1"), HTTPHeader("X-a", "2"), HTTPHeader("Empty", ""),
                HTTPHeader("Folded", "a b"), HTTPHeader("content-LENGTH", "2"),
            ])
        #expect(response.headers["x-a"] == "1")
        #expect(response.body == Array("hi".utf8))
    }

    @Test func interimAnswersLeaveNothingBehind() async throws {
        let response = try await answer(
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 50\r\n\r\nHTTP/1.1 204 No Content\r\nA: b\r\n\r\n")
        #expect(response.status == 204)
        #expect(response.headers == [HTTPHeader("A", "b")])
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectIsNotFollowed(status: Int) async throws {
        let response = try await answer(
            "HTTP/1.1 \(status) Moved\r\nLocation: http://127.0.0.1:9/elsewhere\r\nContent-Length: 4\r\n\r\nmove")
        #expect(response.status == status)
        #expect(response.headers["location"] == "http://127.0.0.1:9/elsewhere")
        #expect(response.body == Array("move".utf8))
    }

    @Test func encodedBodyIsLeftAsItIs() async throws {
        let response = try await answer(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u{1f}abc")
        #expect(response.body == [0x1F, 97, 98, 99])
    }

    @Test func chunkedBodyIsPutTogether() async throws {
        let response = try await answer(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n"
                + "X-Trailer: t\r\n\r\n", .keep)
        #expect(response.body == Array("abcde".utf8))
        #expect(response.headers["x-trailer"] == "t")
    }

    @Test func bodyUntilTheConnectionCloses() async throws {
        #expect(try await answer("HTTP/1.1 200 OK\r\n\r\nall of it").body == Array("all of it".utf8))
    }

    @Test func headHasALengthAndNoBody() async throws {
        let response = try await answer("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n", .keep, method: .head)
        #expect(response.headers["content-length"] == "12345")
        #expect(response.body.isEmpty)
    }

    @Test func collectRefusesMoreThanItsLimit() async throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345"
        #expect(try await answer(text, sink: .collect(limit: 5)).body.count == 5)
        let error = await #expect(throws: HTTPError.self) { try await answer(text, sink: .collect(limit: 4)) }
        #expect(error?.kind == .bodyTooLong)
    }

    @Test func bufferTakesOnlyA2xx() async throws {
        let buffer = PartBuffer(capacity: 8)
        let prefix: [UInt8] = [1, 2]
        prefix.withUnsafeBytes { _ = buffer.append($0) }
        let found = try await answer("HTTP/1.1 206 Partial\r\nContent-Length: 3\r\n\r\nabc", sink: .buffer(buffer))
        #expect(found.body.isEmpty)
        #expect(buffer.array == [1, 2, 97, 98, 99])
        let missing = try await answer("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nxyz", sink: .buffer(buffer))
        #expect(missing.body == Array("xyz".utf8))
        #expect(buffer.array == [1, 2, 97, 98, 99])
        let error = await #expect(throws: HTTPError.self) {
            try await answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", sink: .buffer(buffer))
        }
        #expect(error?.kind == .bodyTooLong)
    }

    @Test(arguments: [70_000, 3_000_000])
    func longErrorBodyIsCutOff(size: Int) async throws {
        let response = try await answer(
            "HTTP/1.1 500 Oops\r\nContent-Length: \(size)\r\n\r\n" + String(repeating: "x", count: size),
            sink: .collect(limit: 1))
        #expect(response.status == 500)
        #expect(response.body.count == 64 << 10)
    }

    @Test func largeBufferIsFilledExactly() async throws {
        let bytes = pattern(5_000_000)
        let server = try ScriptedServer { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n")
            exchange.send(bytes)
            return .keep
        }
        defer { server.stop() }
        let buffer = PartBuffer(capacity: bytes.count)
        let client = HTTPClient(HTTPConfiguration())
        _ = try await client.send(HTTPRequest(.get, server.url + "/k", sink: .buffer(buffer)))
        #expect(buffer.array == bytes)
        #expect(client.counters.requests == 1)
        #expect(client.counters.bytesReceived >= 5_000_000)
        #expect(client.counters.bytesReceived < 5_000_200)
        #expect(client.counters.bytesSent > 20)
    }

    @Test func connectionIsKept() async throws {
        let server = try ScriptedServer { exchange in
            exchange.answer("200 OK", "\(exchange.numberOnConnection)")
            return .keep
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        for number in 0..<10 {
            let response = try await client.send(HTTPRequest(.get, server.url + "/k"))
            #expect(response.body == Array("\(number)".utf8))
        }
        #expect(server.connectionCount == 1)
    }
}
