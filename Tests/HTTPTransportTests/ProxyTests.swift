// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Testing

@Suite struct ProxyTests {
    private func proxy() throws -> ScriptedServer {
        try ScriptedServer { exchange in
            exchange.answer("200 OK", exchange.requestLine)
            return .keep
        }
    }

    @Test func requestsGoThroughTheProxyButForItsExceptions() async throws {
        let proxy = try proxy()
        let direct = try ScriptedServer { exchange in
            exchange.answer("200 OK", "direct")
            return .keep
        }
        defer {
            proxy.stop()
            direct.stop()
        }
        var configuration = HTTPConfiguration()
        configuration.proxy = proxy.url
        configuration.noProxy = "127.0.0.1"
        let client = HTTPClient(configuration)
        let through = try await client.send(HTTPRequest(.get, "http://store.invalid/a//b/../c"))
        #expect(String(decoding: through.body, as: UTF8.self) == "GET http://store.invalid/a//b/../c HTTP/1.1")
        let past = try await client.send(HTTPRequest(.get, direct.url + "/k"))
        #expect(String(decoding: past.body, as: UTF8.self) == "direct")
    }

    /// What the environment says is the caller's business.
    @Test func environmentIsNotRead() async throws {
        let direct = try ScriptedServer { exchange in
            exchange.answer("200 OK", "direct")
            return .keep
        }
        defer { direct.stop() }
        let old = ProcessInfo.processInfo.environment["http_proxy"]
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        defer { if let old { setenv("http_proxy", old, 1) } else { unsetenv("http_proxy") } }
        let response = try await HTTPClient(HTTPConfiguration()).send(HTTPRequest(.get, direct.url + "/k"))
        #expect(String(decoding: response.body, as: UTF8.self) == "direct")
    }
}
