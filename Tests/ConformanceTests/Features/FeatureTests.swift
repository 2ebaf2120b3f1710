// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import StorageTestKit
import Testing

/// Every feature on every store that the environment names: it works, it is refused clearly, or godwit knows that it is
/// not there. Which of these it was must be what the manual's table says.
@Suite(.enabled(if: !FeatureStore.all.isEmpty)) struct FeatureTests {
    /// A directory into which each store's outcomes are written instead, for `make stores`.
    private static let record = ProcessInfo.processInfo.environment["GODWIT_RECORD_STORES"]

    /// Features that are tried side by side on one store.
    private static let width = 4

    /// What the keys of a feature begin with.
    private static func place(_ index: Int) -> String { "\(index)/" }

    @Test(arguments: FeatureStore.all) func theTableSaysWhatStoresDo(store: FeatureStore) async throws {
        let scene = try await FeatureScene(store)
        var outcomes: [Int: FeatureOutcome] = [:]
        let rows = Feature.groups.flatMap { group in group.features.map { (group: group.title, feature: $0) } }
        await withTaskGroup(of: (Int, FeatureOutcome?).self) { tasks in
            for (index, row) in rows.enumerated() {
                if index >= Self.width, let (done, outcome) = await tasks.next() { outcomes[done] = outcome }
                tasks.addTask { (index, await Self.outcome(of: row.feature, scene, place: Self.place(index))) }
            }
            for await (done, outcome) in tasks { outcomes[done] = outcome }
        }
        await scene.dispose()
        if let record = Self.record {
            let lines = rows.enumerated().map { index, row in
                let outcome = outcomes[index]
                return [
                    row.group, row.feature.name, outcome?.mark ?? "failed",
                    outcome?.words.replacing(Self.place(index), with: "") ?? "",
                ]
                .map { $0.replacing("\t", with: " ").replacing("\n", with: " ") }.joined(separator: "\t") + "\n"
            }
            try lines.joined().write(toFile: "\(record)/\(store.name)", atomically: true, encoding: .utf8)
            return
        }
        let said = try #require(
            try FeatureTable().columns[store.name], "the table has no such column: run `make stores`")
        #expect(said.count == rows.count, "the table has other features: run `make stores`")
        for (index, row) in rows.enumerated() {
            guard let outcome = outcomes[index] else { continue }
            #expect(
                said[row.feature.name] == outcome.mark,
                "\(row.feature.name) on \(store): the table says \(said[row.feature.name] ?? "nothing") (\(outcome.words))"
            )
        }
    }

    /// How the proof ended; nil: it failed, which is an issue of the test.
    private static func outcome(of feature: Feature, _ scene: FeatureScene, place: String) async -> FeatureOutcome? {
        var scene = scene
        scene.place = place
        do {
            return try await feature.proof(scene)
        } catch {
            Issue.record("\(feature.name) on \(scene.store): \(error)")
            return nil
        }
    }
}
