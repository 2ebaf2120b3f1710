// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Plans, made and carried out.
enum Plans {
    static func header(_ mode: SyncMode) -> PlanHeader {
        PlanHeader(
            mode: mode, made: Timestamp(seconds: 5, nanoseconds: 6), program: "test", source: "s", target: "t é",
            sourceIdentity: "memory/s", targetIdentity: "memory/t", arguments: ["/", "plan", ""])
    }

    /// Plans a run in `directory`; nothing is changed by it.
    static func make(
        _ mode: SyncMode, _ source: any Backend, _ target: any Backend, in directory: TemporaryDirectory
    ) async throws -> PlanReader {
        let path = directory.path + "/plan"
        let writer = try PlanWriter(path, header(mode))
        let run = await ran(mode, source, target) {
            $0.dryRun = true
            $0.planSink = writer
        }
        #expect(run.isClean, "\(run.report)")
        try writer.finish()
        return try PlanReader(path)
    }

    static func applied(
        _ reader: PlanReader, _ source: any Backend, _ target: any Backend, weakly: Bool = false
    ) async -> Ran {
        await ran(reader.header.mode, source, target) {
            $0.plan = AppliedPlan(reader, allowsWeakConditions: weakly)
            $0.deleting.allowsEmptySource = true
        }
    }
}
