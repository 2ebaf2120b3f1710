// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Keeps an account of what passes to and from a store, and spoils some of it (Tests/Support/Servers/chaos-proxy.py).
struct ChaosProxy: Sendable {
    /// One request that is over.
    struct Exchange: Decodable {
        var method, path, query: String
        /// Whether it asks for a copy within the store.
        var copies: Bool
        /// Bytes of the body that came from the client, and of that which went to it.
        var sent, received: Int
        var status: Int
        /// Whether the client was given all of the reply.
        var whole: Bool
        var range: String?
        var fault: String?
        /// When it was over, in seconds since 1970.
        var at: Double

        /// The part that was written or copied.
        var part: Int? {
            guard method == "PUT" else { return nil }
            let pair = query.split(separator: "&").first { $0.hasPrefix("partNumber=") }
            return pair.flatMap { Int($0.dropFirst("partNumber=".count)) }
        }
    }

    private let program: HeldProgram
    private let scratch: Scratch
    let port: Int

    /// A proxy that spoils `rate` of all requests, chosen by `seed`, with one fault `only` or with any, and lets those
    /// of a method wait after a number of them, until their client is gone.
    init(
        _ store: Store, seed: Int = 0, rate: Double = 0, only: String = "", hold: (method: String, after: Int)? = nil
    ) async throws {
        scratch = try Scratch()
        program = try await HeldProgram(
            "chaos-proxy.py",
            [
                "--upstream", store.endpoint, "--log", scratch.path("log"), "--seed", "\(seed)", "--rate", "\(rate)",
                "--only", only, "--hold", hold.map { "\($0.method):\($0.after)" } ?? "",
            ])
        port = try #require(Int(program.firstLine))
    }

    /// What passed so far, in the order of its end.
    var exchanges: [Exchange] {
        get throws { try lines().compactMap { try? JSONDecoder().decode(Exchange.self, from: $0) } }
    }

    /// What passed until everything that was begun is over, such as what the store still does for a client that died.
    func settled() async throws -> [Exchange] {
        for _ in 0..<1000 {
            let lines = try lines()
            let begun = lines.count { $0.starts(with: Data("{\"begun\"".utf8)) }
            if begun * 2 == lines.count { return try exchanges }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw ChildProcess.Failure(description: "requests to the store do not end")
    }

    private func lines() throws -> [Data] {
        try Data(contentsOf: URL(fileURLWithPath: scratch.path("log"))).split(separator: 0x0a)
    }

    /// Ends the proxy and tells how often each fault was met.
    @discardableResult
    func end() async throws -> [String: Int] { try await program.end() }
}
