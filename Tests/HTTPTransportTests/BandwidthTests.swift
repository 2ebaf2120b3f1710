// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import Synchronization
import Testing

@testable import HTTPTransport

@Suite struct BandwidthTests {
    /// Serves endless bodies and swallows uploads, counting what arrives.
    private func server() throws -> ScriptedServer {
        try ScriptedServer { exchange in
            if exchange.requestLine.hasPrefix("PUT") {
                exchange.readBody()
                exchange.answer()
                return .keep
            }
            let length = exchange.header("x-length").flatMap(Int.init) ?? 0
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
            exchange.send([UInt8](repeating: 1, count: length))
            return .keep
        }
    }

    /// Never faster than the rate; slower only as far as a busy machine makes it.
    private func keepsRate(_ elapsed: Duration, _ seconds: Double) -> Bool {
        let ratio = elapsed / .seconds(seconds)
        return ratio > 0.95 && ratio < 3
    }

    /// All transfers share one rate: 4 x 500 kB at 1 MB/s are two seconds.
    @Test func downloadRate() async throws {
        let server = try server()
        defer { server.stop() }
        let configuration = HTTPConfiguration()
        configuration.downloadRate.set(1_000_000)
        let client = HTTPClient(configuration)
        let request = HTTPRequest(.get, server.url + "/k", headers: [HTTPHeader("x-length", "500000")])
        let elapsed = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await client.send(request).body.count } }
                for try await count in group { #expect(count == 500_000) }
            }
        }
        #expect(keepsRate(elapsed, 2), "\(elapsed)")
    }

    /// A large body and many small ones, which otherwise would go out in one piece with their headers.
    @Test func uploadRate() async throws {
        let server = try server()
        defer { server.stop() }
        let configuration = HTTPConfiguration()
        configuration.uploadRate.set(1_000_000)
        let client = HTTPClient(configuration)
        let url = server.url + "/k"
        let elapsed = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await client.send(HTTPRequest(.put, url, body: .bytes(pattern(1_200_000)))).status }
                for _ in 0..<80 {
                    group.addTask {
                        try await client.send(HTTPRequest(.put, url, body: .bytes(pattern(10_000)))).status
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
        #expect(keepsRate(elapsed, 2), "\(elapsed)")
    }

    @Test func rateChangesWhileRunning() async throws {
        let server = try server()
        defer { server.stop() }
        let configuration = HTTPConfiguration()
        configuration.downloadRate.set(1000)
        let client = HTTPClient(configuration)
        let request = HTTPRequest(.get, server.url + "/k", headers: [HTTPHeader("x-length", "1000000")])
        async let count = client.send(request).body.count
        try await Task.sleep(for: .milliseconds(300))
        #expect(client.counters.bytesReceived < 50_000)
        configuration.downloadRate.set(1_000_000)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try await count == 1_000_000)
        #expect(keepsRate(clock.now - start, 1), "\(clock.now - start)")
        configuration.downloadRate.set(nil)
        let unlimited = try await ContinuousClock().measure { _ = try await client.send(request) }
        #expect(unlimited < .milliseconds(800))
    }

    /// Two side by side, up and down, take as long as each alone; what the caller does not keep has no rate.
    @Test func everyTransferHasItsOwnRate() async throws {
        let server = try server()
        defer { server.stop() }
        var configuration = HTTPConfiguration()
        configuration.transferUploadRate = 1_000_000
        configuration.transferDownloadRate = 500_000
        let client = HTTPClient(configuration)
        let elapsed = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let body = HTTPRequestBody.buffer(PartBuffer(pattern(1_500_000)))
                        let status = try await client.send(HTTPRequest(.put, server.url + "/k", body: body)).status
                        #expect(status == 200)
                    }
                    group.addTask {
                        let part = PartBuffer(capacity: 750_000)
                        let headers = [HTTPHeader("x-length", "750000")]
                        _ = try await client.send(
                            HTTPRequest(.get, server.url + "/k", headers: headers, sink: .buffer(part)))
                        #expect(part.count == 750_000)
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(keepsRate(elapsed, 1.5), "\(elapsed)")
        let page = HTTPRequest(.get, server.url + "/k", headers: [HTTPHeader("x-length", "900000")])
        let unlimited = try await ContinuousClock().measure { _ = try await client.send(page) }
        #expect(unlimited < .milliseconds(800))
    }

    /// Clients that are given one rate, and all their loops, have it together. A share of 0: every loop counts as busy.
    @Test func loopsAndClientsShareOneRate() async throws {
        let server = try server()
        defer { server.stop() }
        let configuration = HTTPConfiguration()
        let clients = (0..<2).map { _ in HTTPClient(configuration, loopsMax: 2, busyShare: 0) }
        let small = HTTPRequest(.get, server.url + "/k", headers: [HTTPHeader("x-length", "1")])
        for client in clients { for _ in 0..<20 { _ = try await client.send(small) } }
        configuration.downloadRate.set(2_000_000)
        let request = HTTPRequest(.get, server.url + "/k", headers: [HTTPHeader("x-length", "500000")])
        let elapsed = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<8 { group.addTask { try await clients[index % 2].send(request).body.count } }
                for try await count in group { #expect(count == 500_000) }
            }
        }
        #expect(elapsed > .milliseconds(1700), "\(elapsed)")
    }
}
