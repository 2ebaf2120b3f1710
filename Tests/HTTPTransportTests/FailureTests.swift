// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Testing

@Suite struct FailureTests {
    private func failure(
        _ configuration: HTTPConfiguration = HTTPConfiguration(), body: HTTPRequestBody = .none,
        sink: HTTPResponseSink = .collect(limit: 1 << 20), timeout: Duration? = nil,
        _ script: @escaping ScriptedServer.Script
    ) async throws -> HTTPError {
        let server = try ScriptedServer(script)
        defer { server.stop() }
        let method: HTTPMethod = if case .none = body { .get } else { .put }
        let client = HTTPClient(configuration)
        return try await #require(throws: HTTPError.self) {
            try await client.send(HTTPRequest(method, server.url + "/k", body: body, sink: sink, timeout: timeout))
        }
    }

    @Test func shorterThanItsLengthIsTruncated() async throws {
        let buffer = PartBuffer(capacity: 100)
        let error = try await failure(sink: .buffer(buffer)) { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            return .close
        }
        #expect(error.kind == .truncated)
        #expect(error.requestWasSent)
        #expect(buffer.count == 3)
    }

    @Test func chunksWithoutAnEndAreTruncated() async throws {
        let error = try await failure { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            return .close
        }
        #expect(error.kind == .truncated)
    }

    @Test func resetInTheBodyIsTruncated() async throws {
        let error = try await failure { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            Thread.sleep(forTimeInterval: 0.05)
            return .reset
        }
        #expect(error.kind == .truncated)
        #expect(error.requestWasSent)
    }

    @Test(arguments: [ScriptedServer.Ending.close, .reset])
    func noAnswerIsALostConnection(ending: ScriptedServer.Ending) async throws {
        let error = try await failure { _ in ending }
        #expect(error.kind == .connectionLost)
        #expect(error.requestWasSent)
        #expect(!error.message.isEmpty)
    }

    @Test func lostInTheMiddleOfTheHead() async throws {
        let error = try await failure { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nContent-Le")
            return .close
        }
        #expect(error.kind == .truncated)
        #expect(error.requestWasSent)
    }

    @Test func lostInTheMiddleOfAnUpload() async throws {
        let error = try await failure(body: .bytes([UInt8](repeating: 1, count: 20 << 20))) { _ in .reset }
        #expect(error.kind == .connectionLost)
        #expect(error.requestWasSent)
    }

    @Test func refusedConnectionSentNothing() async throws {
        let server = try ScriptedServer { exchange in
            exchange.answer()
            return .close
        }
        let client = HTTPClient(HTTPConfiguration())
        // The handle has sent something before: that must not count.
        _ = try await client.send(HTTPRequest(.get, server.url + "/k"))
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.put, "http://127.0.0.1:1/k", body: .bytes([1])))
        }
        server.stop()
        #expect(error?.kind == .connectFailed)
        #expect(error?.requestWasSent == false)
        #expect(error?.message.contains("127.0.0.1") == true)
    }

    @Test func unknownHost() async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(HTTPConfiguration()).send(
                HTTPRequest(.get, "http://nowhere.invalid/k", timeout: .seconds(10)))
        }
        #expect(error?.kind == .hostNotFound)
        #expect(error?.requestWasSent == false)
    }

    @Test func answerThatIsNotHTTP() async throws {
        let error = try await failure { exchange in
            exchange.send("SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n")
            return .close
        }
        #expect(error.kind == .unexpected)
    }

    @Test func endlessHeadersEndTheExchange() async throws {
        let error = try await failure { exchange in
            exchange.send("HTTP/1.1 200 OK\r\n")
            while exchange.send("X-Filler: " + String(repeating: "x", count: 1000) + "\r\n") {}
            return .close
        }
        #expect(error.kind == .unexpected)
    }

    @Test func totalTimeout() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let error = try await failure(timeout: .milliseconds(300)) { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while exchange.send("x") { Thread.sleep(forTimeInterval: 0.02) }
            return .close
        }
        #expect(error.kind == .timedOut)
        #expect(error.requestWasSent)
        #expect(clock.now - start < .seconds(5))
    }

    @Test func idleTimeout() async throws {
        var configuration = HTTPConfiguration()
        configuration.idleTimeout = .seconds(1)
        let clock = ContinuousClock()
        let start = clock.now
        let error = try await failure(configuration) { exchange in
            exchange.waitForEnd()
            return .close
        }
        #expect(error.kind == .timedOut)
        #expect(clock.now - start > .milliseconds(900))
        #expect(clock.now - start < .seconds(8))
    }

    @Test func slowTrickleIsNotIdle() async throws {
        var configuration = HTTPConfiguration()
        configuration.idleTimeout = .seconds(1)
        let server = try ScriptedServer { exchange in
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n")
            for _ in 0..<30 {
                exchange.send("x")
                Thread.sleep(forTimeInterval: 0.1)
            }
            return .keep
        }
        defer { server.stop() }
        let response = try await HTTPClient(configuration).send(HTTPRequest(.get, server.url + "/k"))
        #expect(response.body.count == 30)
    }

    /// The server closes each kept connection just when the next request arrives; libcurl sends it again on a new one.
    @Test(arguments: [0, 1000, 200_000])
    func deadKeptConnectionIsReplaced(size: Int) async throws {
        let server = try ScriptedServer { exchange in
            if exchange.numberOnConnection == 1 { return .close }
            let body = exchange.readBody()
            exchange.answer("200 OK", "\(body == pattern(body.count))")
            return .keep
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let stream = HTTPRequestBody.stream(ArraySource(pattern(size)), length: Int64(size))
        for body in [HTTPRequestBody.bytes(pattern(size)), .buffer(PartBuffer(pattern(size))), stream, .bytes([])] {
            let response = try await client.send(HTTPRequest(.put, server.url + "/k", body: body))
            #expect(response.body == Array("true".utf8))
        }
        #expect(server.connectionCount == 4)
    }

    /// A body that went with its headers leaves nothing behind that keeps libcurl from sending a longer one again.
    @Test func aLongBodyIsSentAgainAfterAShortOne() async throws {
        let server = try ScriptedServer { exchange in
            let body = exchange.readBody()
            if exchange.number == 1 { return .close }
            exchange.answer("200 OK", "\(body.count)")
            return .keep
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        for size in [100, 200_000] {
            let request = HTTPRequest(.put, server.url + "/k", body: .bytes(pattern(size)), timeout: .seconds(60))
            #expect(try await client.send(request).body == Array("\(size)".utf8))
        }
        #expect(server.requestCount == 3)
    }

    @Test func aStreamThatCannotBeginAnewIsNotSentAgain() async throws {
        let server = try ScriptedServer { exchange in
            if exchange.numberOnConnection == 1 { return .close }
            exchange.answer()
            return .keep
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        _ = try await client.send(HTTPRequest(.get, server.url + "/k"))
        let source = ScriptedBody(read: { buffer in
            for index in buffer.indices { buffer[index] = 0 }
            return .bytes(buffer.count)
        })
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.put, server.url + "/k", body: .stream(source, length: 2 << 20)))
        }
        #expect(error?.requestWasSent == true)
        #expect(server.requestCount == 2)
    }

    /// What begins something at the server must not begin it twice behind its sender's back.
    @Test(arguments: [ScriptedServer.Ending.close, .reset], [0, 1000, 200_000])
    func whatIsSentOnceIsNotSentAgain(ending: ScriptedServer.Ending, size: Int) async throws {
        let server = try ScriptedServer { exchange in
            exchange.readBody()
            if exchange.number == 1 { return ending }
            exchange.answer()
            return .keep
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let request = HTTPRequest(.post, server.url + "/k", body: .bytes(pattern(size)), isSentOnce: true)
        _ = try await client.send(request)
        let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
        #expect(error?.kind == .connectionLost)
        #expect(error?.requestWasSent == true)
        #expect(server.requestCount == 2)
        #expect(try await client.send(request).status == 200)
    }

    @Test func connectionClosedWhileIdleIsReplaced() async throws {
        let server = try ScriptedServer { exchange in
            exchange.answer()
            return .close
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        for _ in 0..<5 {
            #expect(try await client.send(HTTPRequest(.get, server.url + "/k")).status == 200)
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(server.connectionCount == 5)
    }

    @Test func earlyRefusalOfAnUploadIsAnAnswer() async throws {
        let server = try ScriptedServer { exchange in
            exchange.answer("403 Forbidden", "no")
            exchange.readBody()
            return .close
        }
        defer { server.stop() }
        let response = try await HTTPClient(HTTPConfiguration()).send(
            HTTPRequest(.put, server.url + "/k", body: .bytes([UInt8](repeating: 1, count: 8 << 20))))
        #expect(response.status == 403)
        #expect(response.body == Array("no".utf8))
    }

    @Test func sourceThatFailsOrEndsEarly() async throws {
        let drain: ScriptedServer.Script = { exchange in
            exchange.waitForEnd()
            return .close
        }
        let failing = ScriptedBody(read: { _ in .fail("disk on fire") })
        var error = try await failure(body: .stream(failing, length: 100), drain)
        #expect(error.kind == .bodyFailed)
        #expect(error.message == "disk on fire")
        error = try await failure(body: .stream(ArraySource([1, 2, 3]), length: 100), drain)
        #expect(error.kind == .bodyFailed)
        #expect(error.message.contains("3 of 100"))
    }

    @Test func sinkThatFails() async throws {
        let sink = ScriptedBody(receive: { _ in .fail("disk full") })
        let error = try await failure(sink: .stream(sink)) { exchange in
            exchange.answer("200 OK", "abc")
            return .keep
        }
        #expect(error.kind == .bodyFailed)
        #expect(error.message == "disk full")
    }
}
