// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

/// Makes directory buckets of a store's buckets (Tests/Support/Servers/express-proxy.py).
struct ExpressProxy: Sendable {
    /// What was asked of the directory buckets.
    struct Account: Decodable {
        var sessions: Int
        /// Requests in sessions that had ended.
        var ended: Int
        /// What such a bucket does not take.
        var refused: [String]
    }

    private let program: HeldProgram
    /// The store with its directory buckets.
    let store: Store

    init(_ store: Store) async throws {
        program = try await HeldProgram("express-proxy.py", ["--upstream", store.endpoint])
        var behind = store.behind(port: try #require(Int(program.firstLine)))
        behind.provider = "AWS"
        self.store = behind
    }

    func end() async throws -> Account { try await program.end() }
}
