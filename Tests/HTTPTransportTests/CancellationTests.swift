// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Synchronization
import Testing

@Suite struct CancellationTests {
    /// Holds every request until its client goes away.
    private func silentServer() throws -> ScriptedServer {
        try ScriptedServer { exchange in
            exchange.waitForEnd()
            return .close
        }
    }

    @Test func cancellingClosesTheConnection() async throws {
        let server = try silentServer()
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let request = HTTPRequest(.get, server.url + "/k")
        let task = Task { await outcome(client, request) }
        #expect(try await reached { server.requestCount == 1 })
        task.cancel()
        let error = await task.value
        #expect(error?.kind == .cancelled)
        #expect(error?.requestWasSent == true)
        #expect(try await reached { server.openConnections == 0 })
    }

    @Test func cancelledBeforeItBegins() async throws {
        let server = try silentServer()
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let request = HTTPRequest(.get, server.url + "/k")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await outcome(client, request)
        }
        task.cancel()
        let error = await task.value
        #expect(error?.kind == .cancelled)
        #expect(error?.requestWasSent == false)
        #expect(server.requestCount == 0)
    }

    @Test func cancelledWhileItWaitsForAConnection() async throws {
        let server = try silentServer()
        defer { server.stop() }
        var configuration = HTTPConfiguration()
        configuration.connectionsMax = 1
        let client = HTTPClient(configuration)
        let request = HTTPRequest(.get, server.url + "/k")
        let first = Task { await outcome(client, request) }
        #expect(try await reached { server.requestCount == 1 })
        let others = (0..<5).map { _ in Task { await outcome(client, request) } }
        try await Task.sleep(for: .milliseconds(20))
        for other in others {
            other.cancel()
            let error = await other.value
            #expect(error?.kind == .cancelled)
            #expect(error?.requestWasSent == false)
        }
        first.cancel()
        #expect(await first.value?.kind == .cancelled)
        #expect(server.requestCount == 1)
    }

    /// A host that is asked for much, and does not answer, leaves connections to others.
    @Test func theLastConnectionsAreShared() async throws {
        let silent = try silentServer()
        let quick = try ScriptedServer { exchange in
            exchange.answer()
            return .keep
        }
        defer {
            silent.stop()
            quick.stop()
        }
        var configuration = HTTPConfiguration()
        configuration.connectionsMax = 2
        let client = HTTPClient(configuration)
        let requests = (0..<6).map { _ in Task { await outcome(client, HTTPRequest(.get, silent.url + "/k")) } }
        #expect(try await reached { silent.requestCount == 2 })
        let other = Task { await outcome(client, HTTPRequest(.get, quick.url + "/k")) }
        try await Task.sleep(for: .milliseconds(20))
        requests[0].cancel()
        requests[1].cancel()
        #expect(await other.value == nil)
        for request in requests { request.cancel() }
        for request in requests { _ = await request.value }
    }

    @Test func consumerThatNeverResumesThenCancels() async throws {
        let server = try ScriptedServer { exchange in
            if exchange.requestLine.hasPrefix("PUT") {
                exchange.waitForEnd()
            } else {
                exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
                while exchange.send([UInt8](repeating: 1, count: 1 << 16)) {}
            }
            return .close
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let requests = [
            HTTPRequest(.get, server.url + "/k", sink: .stream(ScriptedBody(receive: { _ in .wait }))),
            HTTPRequest(.put, server.url + "/k", body: .stream(ScriptedBody(read: { _ in .wait }), length: 100)),
        ]
        for (number, request) in requests.enumerated() {
            let task = Task { await outcome(client, request) }
            #expect(try await reached { server.requestCount == number + 1 })
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
            #expect(try await reached { server.openConnections == 0 })
        }
    }

    /// A sink that cancels its own task does so inside a callback of libcurl.
    @Test(arguments: [true, false])
    func cancellingInsideACallback(isPinned: Bool) async throws {
        let server = try ScriptedServer { exchange in
            exchange.answer("200 OK", String(repeating: "x", count: 100_000))
            return .keep
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let running = Mutex<Task<HTTPError?, Never>?>(nil)
        let sink = ScriptedBody(receive: { _ in
            running.withLock { $0 }?.cancel()
            return .wait
        })
        let request = HTTPRequest(.get, server.url + "/k", sink: .stream(sink))
        let task = running.withLock { running in
            let task = Task(executorPreference: isPinned ? client.executor : nil) { await outcome(client, request) }
            running = task
            return task
        }
        #expect(await task.value?.kind == .cancelled)
    }

    /// Cancels at random moments; every task must end, with an answer or as cancelled.
    @Test(arguments: [true, false])
    func cancellingAtAnyMoment(isPinned: Bool) async throws {
        let server = try ScriptedServer { exchange in
            exchange.answer("200 OK", String(repeating: "x", count: 1000))
            return .keep
        }
        defer { server.stop() }
        var configuration = HTTPConfiguration()
        configuration.connectionsMax = 8
        let client = HTTPClient(configuration)
        let request = HTTPRequest(.get, server.url + "/k")
        var generator = SystemRandomNumberGenerator()
        var tasks: [Task<HTTPError?, Never>] = []
        for _ in 0..<300 {
            tasks.append(Task(executorPreference: isPinned ? client.executor : nil) { await outcome(client, request) })
            if Int.random(in: 0..<3, using: &generator) > 0 { tasks.randomElement(using: &generator)?.cancel() }
            if Int.random(in: 0..<20, using: &generator) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
        for task in tasks {
            let error = await task.value
            #expect(error == nil || error?.kind == .cancelled, "\(error.debugDescription)")
        }
        #expect(try await client.send(request).status == 200)
    }
}
