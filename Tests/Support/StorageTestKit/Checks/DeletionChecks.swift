// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension ConformanceCheck {
    static let deletions: [ConformanceCheck] = [
        ConformanceCheck("deletions have one outcome each", batches),
        ConformanceCheck("a batch is refused past its limit", limit),
    ]

    static let containers: [ConformanceCheck] = [
        ConformanceCheck("containers are made once and removed empty", lifeCycle)
    ]

    private static func batches(_ context: CheckContext) async throws {
        let keys = ["d/1", "d/2", "d/e/3", "k p+%&", "keep/4"].map { ObjectKey($0) }
        for key in keys { try await context.backend.put([1], at: key) }
        var deletions = keys.dropLast().map { Deletion(key: $0) }
        deletions.insert(Deletion(key: ObjectKey("absent/object")), at: 1)
        deletions.append(Deletion(key: ObjectKey("d/absent")))
        var rest = deletions[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(context.capabilities.deleteBatchMax))
            let outcomes = try await context.backend.delete(batch)
            try expectEqual(outcomes.map(\.key), batch.map(\.key), "keys of the outcomes")
            for outcome in outcomes {
                try expect(outcome.error == nil, "\(outcome.key): \(String(describing: outcome.error))")
            }
            rest = rest.dropFirst(batch.count)
        }
        try expectEqual(try await context.backend.entries().map(\.key), [ObjectKey("keep/4")], "what is left")
        if context.capabilities.hasDirectories {
            let request = ListRequest(order: .keyBytes, includesDirectories: true)
            try expectEqual(
                try await context.backend.everything(request).entries.map(\.key), [ObjectKey("keep/4")],
                "directories that deletions emptied")
        }
        try expectEqual(try await context.backend.delete([]).count, 0, "outcomes of no deletion")
    }

    private static func limit(_ context: CheckContext) async throws {
        let limit = context.capabilities.deleteBatchMax
        guard limit > 1 else { return }
        let keys = (0..<limit).map { ObjectKey("n\($0)") }
        try await context.backend.put([1], at: keys[0])
        try await context.backend.put([1], at: keys[limit - 1])
        let outcomes = try await context.backend.delete(keys.map { Deletion(key: $0) })
        try expectEqual(outcomes.map(\.key), keys, "keys of the outcomes of a full batch")
        try expectEqual(try await context.backend.entries().count, 0, "what is left of a full batch")
    }

    private static func lifeCycle(_ context: CheckContext) async throws {
        let missing = context.opened.missing
        try expectEqual(try await missing.containerExists(), false, "a container that was never made")
        try await missing.createContainer()
        try await missing.createContainer()
        try expectEqual(try await missing.containerExists(), true, "a container that was made")
        try expectEqual(try await missing.entries().count, 0, "entries of a new container")
        try await missing.put([1], at: ObjectKey("in/the way"))
        try await expectError(
            .preconditionFailed, .alreadyExists, .unexpected, during: "removal of a container that is not empty"
        ) {
            try await missing.removeContainer(.root)
        }
        try expectEqual(try await missing.get(ObjectKey("in/the way")), [1], "the object after a refused removal")
        try await missing.empty()
        try await missing.removeContainer(.root)
        try expectEqual(try await missing.containerExists(), false, "a container that was removed")
        try await expectError(.containerNotFound, during: "list of a removed container") {
            try await missing.entries()
        }
    }
}
