// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Synchronization
import Testing

@Suite struct LifetimeTests {
    private func server() throws -> ScriptedServer {
        try ScriptedServer { exchange in
            if exchange.target == "/silent" {
                exchange.waitForEnd()
                return .close
            }
            exchange.answer("200 OK", "ok")
            return .keep
        }
    }

    @Test func manySendsFromTheGlobalPool() async throws {
        let server = try server()
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let request = HTTPRequest(.get, server.url + "/k")
        let answers = await withTaskGroup(of: HTTPError?.self) { group in
            for _ in 0..<2000 { group.addTask { await outcome(client, request) } }
            return await group.reduce(into: 0) { $0 += $1 == nil ? 1 : 0 }
        }
        #expect(answers == 2000)
        #expect(server.connectionCount <= client.configuration.connectionsMax)
        #expect(client.counters.requests == 2000)
    }

    @Test func manySendsFromPinnedTasks() async throws {
        let server = try server()
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let request = HTTPRequest(.get, server.url + "/k")
        let answers = await withTaskExecutorPreference(client.executor) {
            await withTaskGroup(of: HTTPError?.self) { group in
                for _ in 0..<2000 { group.addTask { await outcome(client, request) } }
                return await group.reduce(into: 0) { $0 += $1 == nil ? 1 : 0 }
            }
        }
        #expect(answers == 2000)
        #expect(server.connectionCount <= client.configuration.connectionsMax)
    }

    private final class Order: Sendable {
        private let list = Mutex<[String]>([])
        var names: [String] { list.withLock { $0 } }
        func add(_ name: String) { list.withLock { $0.append(name) } }
    }

    @concurrent private func nothing() async {}

    /// A task of the loop goes on where it is when it returns from code that is isolated to nothing.
    @Test func callsOfAPinnedTaskDoNotQueueItAnew() async {
        let client = HTTPClient(HTTPConfiguration())
        defer { client.shutdown() }
        let order = Order()
        await withTaskExecutorPreference(client.executor) {
            let other = Task(executorPreference: client.executor) { order.add("other") }
            for _ in 0..<100 { await nothing() }
            order.add("this")
            await other.value
        }
        #expect(order.names == ["this", "other"])
    }

    @Test(arguments: [true, false])
    func shutdownEndsWhatIsUnderWay(isPinned: Bool) async throws {
        let server = try server()
        defer { server.stop() }
        var configuration = HTTPConfiguration()
        configuration.connectionsMax = 4
        let client = HTTPClient(configuration)
        let request = HTTPRequest(.get, server.url + "/silent")
        let tasks = (0..<20).map { _ in
            Task(executorPreference: isPinned ? client.executor : nil) { await outcome(client, request) }
        }
        #expect(try await reached { server.requestCount == 4 })
        if isPinned {
            await withTaskExecutorPreference(client.executor) { client.shutdown() }
        } else {
            client.shutdown()
        }
        for task in tasks { #expect(await task.value?.kind == .closed) }
        #expect(await outcome(client, request)?.kind == .closed)
        #expect(try await reached { server.openConnections == 0 })
        client.shutdown()
    }

    @Test func pinnedTasksGoOnAfterShutdown() async throws {
        let client = HTTPClient(HTTPConfiguration())
        client.shutdown()
        let result = await withTaskExecutorPreference(client.executor) {
            try? await Task.sleep(for: .milliseconds(20))
            let error = await outcome(client, HTTPRequest(.get, "http://127.0.0.1:9/"))
            try? await Task.sleep(for: .milliseconds(20))
            return error?.kind
        }
        #expect(result == .closed)
    }

    @Test func clientThatIsLetGoEndsItsThread() async throws {
        let server = try server()
        defer { server.stop() }
        weak var executor: (any TaskExecutor)?
        for _ in 0..<3 {
            let client = HTTPClient(HTTPConfiguration())
            executor = client.executor
            _ = try await client.send(HTTPRequest(.get, server.url + "/k"))
        }
        #expect(try await reached { executor == nil })
        #expect(try await reached { server.openConnections == 0 })
    }

    /// The last reference to the client goes away in a job of its own loop.
    @Test func clientThatIsLetGoOnItsOwnThread() async throws {
        let server = try server()
        defer { server.stop() }
        let url = server.url
        weak var watched: (any TaskExecutor)?
        do {
            let client = HTTPClient(HTTPConfiguration())
            watched = client.executor
            let task = Task(executorPreference: client.executor) { [client] in
                try await client.send(HTTPRequest(.get, url + "/k")).status
            }
            #expect(try await task.value == 200)
        }
        #expect(try await reached { watched == nil })
    }

    @Test func unusedClientHasNoThread() {
        weak var watched: (any TaskExecutor)?
        do {
            let client = HTTPClient(HTTPConfiguration())
            watched = client.executor
            #expect(watched != nil)
            _ = client.configuration
        }
        #expect(watched == nil)
    }

    @Test func severalClientsSideBySide() async throws {
        let server = try server()
        defer { server.stop() }
        let clients = (0..<4).map { _ in HTTPClient(HTTPConfiguration()) }
        let request = HTTPRequest(.get, server.url + "/k")
        let answers = await withTaskGroup(of: HTTPError?.self) { group in
            for index in 0..<200 { group.addTask { await outcome(clients[index % 4], request) } }
            return await group.reduce(into: 0) { $0 += $1 == nil ? 1 : 0 }
        }
        #expect(answers == 200)
    }
}
