// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import BackendS3

/// Bodies in chunks go out from godwit as they do from botocore, which signs no chunks: only those over TLS.
@Suite struct ChunkedOracleTests {
    @Test(.enabled(if: BotocoreOracle.isThere)) func sendsAsBotocoreDoes() async throws {
        let uploads = BotocoreOracle.seeds.map { ChunkedUpload(seed: $0) }
        let answers = try await BotocoreOracle.ask("botocore-chunks.py", uploads, for: ChunkedUpload.Answer.self)
        #expect(answers.count == uploads.count)
        try await ScriptedStore.use(configure: {
            ($0.payloadMode, $0.endpoint) = (.chunked, "https://s3.example")
        }) { _, _ in
            .hangUp
        } _: { store in
            for (seed, (upload, expected)) in zip(BotocoreOracle.seeds, zip(uploads, answers)) {
                let found = try upload.sent(by: store.backend.connection)
                #expect(found == expected, "seed \(seed)")
            }
        }
    }
}
