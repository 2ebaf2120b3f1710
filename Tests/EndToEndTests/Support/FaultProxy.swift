// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

/// Spoils one request to a store (Tests/Support/Servers/fault-proxy.py).
struct FaultProxy: Sendable {
    enum Fault: String, CaseIterable, Sendable {
        case reset, truncate, stall, timeout
        case lostReply = "lost-reply"
        case serverError = "500"
        case slowDown = "503"
        case errorIn200 = "error-in-200"
    }

    struct Account: Decodable {
        var requests: Int
        var injected: Int
    }

    private let program: HeldProgram
    let port: Int

    init(_ store: Store, _ fault: Fault, at number: Int) async throws {
        program = try await HeldProgram(
            "fault-proxy.py", ["--upstream", store.endpoint, "--fault", fault.rawValue, "--at", String(number)])
        port = try #require(Int(program.firstLine))
    }

    /// Ends the proxy and tells how many requests it saw and spoiled.
    func end() async throws -> Account { try await program.end() }
}
