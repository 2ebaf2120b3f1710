// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

/// Tells the same lie whenever it can (Tests/Support/Servers/lying-proxy.py).
struct LyingProxy: Sendable {
    enum Lie: String, Sendable {
        case repeats = "repeat"
        case noXML = "no-xml"
        case backwards, shorter, longer, other, expired
    }

    private struct Account: Decodable {
        var lies: Int
    }

    private let program: HeldProgram
    /// The store as the liar shows it.
    let store: Store

    init(_ store: Store, _ lie: Lie) async throws {
        program = try await HeldProgram("lying-proxy.py", ["--upstream", store.endpoint, "--lie", lie.rawValue])
        self.store = store.behind(port: try #require(Int(program.firstLine)))
    }

    /// Ends the proxy and tells how often it lied.
    func end() async throws -> Int {
        let account: Account = try await program.end()
        return account.lies
    }
}
