// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Synchronization
import Testing

@Suite struct StreamingTests {
    /// Serves `bytes` to every GET and keeps the body of the last PUT.
    private func store(_ bytes: [UInt8], _ received: @escaping @Sendable ([UInt8]) -> Void) throws -> ScriptedServer {
        try ScriptedServer { exchange in
            if exchange.requestLine.hasPrefix("PUT") {
                received(exchange.readBody())
                exchange.answer()
            } else {
                exchange.send("HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n")
                exchange.send(bytes)
            }
            return .keep
        }
    }

    /// Store to store: one request's sink is the other's source, and neither runs ahead.
    @Test(arguments: [true, false])
    func responseFlowsIntoRequest(isPinned: Bool) async throws {
        let bytes = pattern(6_000_000)
        let arrived = Mutex<[UInt8]>([])
        let server = try store(bytes) { body in arrived.withLock { $0 = body } }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        let pipe = BytePipe(capacity: 256 << 10)
        let url = server.url
        let download = HTTPRequest(.get, url + "/from", sink: .stream(pipe))
        let upload = HTTPRequest(.put, url + "/to", body: .stream(pipe, length: Int64(bytes.count)))
        func both() async throws -> [Int] {
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await client.send(download).status }
                // The sink attaches first.
                try await Task.sleep(for: .milliseconds(50))
                group.addTask { try await client.send(upload).status }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        let executor = isPinned ? client.executor : nil
        let statuses = try await withTaskExecutorPreference(executor) { try await both() }
        #expect(statuses == [200, 200])
        #expect(arrived.withLock { $0 } == bytes)
        #expect(pipe.waits > 2)
        #expect(pipe.most <= 256 << 10)
    }

    @Test func pausedUploadHoldsUntilItIsResumed() async throws {
        let arrived = Mutex<[UInt8]>([])
        let server = try store([]) { body in arrived.withLock { $0 = body } }
        defer { server.stop() }
        // Each piece is given only after a wait that another thread ends.
        let state = Mutex((mayGive: false, given: 0))
        let source = ScriptedBody(read: { buffer in
            state.withLock { state in
                guard state.mayGive else { return .wait }
                state.mayGive = false
                let count = min(buffer.count, 1000)
                for index in 0..<count { buffer[index] = UInt8((state.given + index) % 251) }
                state.given += count
                return .bytes(count)
            }
        })
        let feeder = Task.detached {
            while !Task.isCancelled {
                state.withLock { $0.mayGive = true }
                source.resume()
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        defer { feeder.cancel() }
        let response = try await HTTPClient(HTTPConfiguration()).send(
            HTTPRequest(.put, server.url + "/k", body: .stream(source, length: 50_000)))
        #expect(response.status == 200)
        #expect(arrived.withLock { $0 } == pattern(50_000))
    }

    @Test func pausedDownloadHoldsUntilItIsResumed() async throws {
        let bytes = pattern(2_000_000)
        let server = try store(bytes) { _ in }
        defer { server.stop() }
        let state = Mutex((calls: 0, taken: [UInt8]()))
        let sink = ScriptedBody(receive: { bytes in
            state.withLock { state in
                state.calls += 1
                // Every other call waits, so each chunk is offered twice.
                guard state.calls % 2 == 0 else { return .wait }
                state.taken.append(contentsOf: bytes)
                return .taken
            }
        })
        let feeder = Task.detached {
            while !Task.isCancelled {
                sink.resume()
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        defer { feeder.cancel() }
        let response = try await HTTPClient(HTTPConfiguration()).send(
            HTTPRequest(.get, server.url + "/k", sink: .stream(sink)))
        #expect(response.body.isEmpty)
        #expect(state.withLock { $0.taken } == bytes)
    }

    /// `resume` comes before the callback has returned `.wait`: it must not be lost.
    @Test func resumeInsideTheCallbackIsNotLost() async throws {
        let bytes = pattern(300_000)
        let server = try store(bytes) { _ in }
        defer { server.stop() }
        let state = Mutex((calls: 0, taken: 0))
        let resume = Mutex<(@Sendable () -> Void)?>(nil)
        let sink = ScriptedBody(receive: { bytes in
            let mustWait = state.withLock { state in
                state.calls += 1
                if state.calls % 3 != 0 { return true }
                state.taken += bytes.count
                return false
            }
            guard mustWait else { return .taken }
            resume.withLock { $0 }?()
            return .wait
        })
        resume.withLock { $0 = { sink.resume() } }
        _ = try await HTTPClient(HTTPConfiguration()).send(HTTPRequest(.get, server.url + "/k", sink: .stream(sink)))
        #expect(state.withLock { $0.taken } == bytes.count)
    }

    @Test func errorBodyDoesNotReachTheSink() async throws {
        let server = try ScriptedServer { exchange in
            exchange.answer("503 Slow Down", "<Error/>")
            return .keep
        }
        defer { server.stop() }
        let sink = ScriptedBody(receive: { _ in .fail("must not be called") })
        let response = try await HTTPClient(HTTPConfiguration()).send(
            HTTPRequest(.get, server.url + "/k", sink: .stream(sink)))
        #expect(response.status == 503)
        #expect(response.body == Array("<Error/>".utf8))
    }

    /// Sources and sinks keep `resume`; the exchange must not keep them in turn.
    @Test func bodiesAreLetGoAfterwards() async throws {
        let server = try store([1, 2, 3]) { _ in }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration())
        var sink: ScriptedBody? = ScriptedBody(receive: { _ in .taken })
        weak let watched = sink
        if let sink { _ = try await client.send(HTTPRequest(.get, server.url + "/k", sink: .stream(sink))) }
        sink = nil
        // The loop's thread may still be putting the exchange away.
        for _ in 0..<100 where watched != nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(watched == nil)
    }
}
