// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import StorageTestKit
import Testing

@testable import BackendS3

/// A store of which nothing is said is found to be what its provider's data say, and nothing stays behind.
@Suite(.enabled(if: !FeatureStore.all.isEmpty)) struct ProbeTests {
    /// What cannot be told: a bucket without access lists and what moto, which checks nothing, makes of customers' keys
    /// and of trailers.
    private static func cannotTell(_ store: FeatureStore) -> Set<String> {
        var options: Set<String> = ["attributes", "takes_unsigned_payload"]
        if store.checksNothing { options.formUnion(["takes_customer_keys", "chunked_bodies"]) }
        // MiniStack gives the same page of versions for ever where none are kept.
        if store.name == "MiniStack" { options.insert("loses_keys_between_pages") }
        return options
    }

    /// Ceph 16 takes a write where something is, whatever its condition says, if that stays as an earlier version.
    private static func lacksWhereVersionsAreKept(_ store: FeatureStore) -> Capabilities.Conditions {
        store.name == "Ceph" ? .writeIfAbsent : []
    }

    @Test(arguments: FeatureStore.all, [FeatureScene.Bucket.plain, .versioned])
    func findsWhatTheProviderSays(store: FeatureStore, bucket: FeatureScene.Bucket) async throws {
        let scene = try await FeatureScene(store)
        var unknown = store
        unknown.provider = .other
        do {
            try await probe(unknown, scene, bucket)
        } catch {
            await scene.dispose()
            throw error
        }
        await scene.dispose()
    }

    private func probe(_ store: FeatureStore, _ scene: FeatureScene, _ bucket: FeatureScene.Bucket) async throws {
        let backend = scene.backend(in: bucket), kept = ObjectKey("kept")
        try await backend.put([1], at: kept)
        var probe = StoreProbe(
            bucket: scene.name(of: bucket), place: ObjectKey("probe/"),
            settings: scene.settings { $0.provider = .other }, credentials: scene.credentials, client: scene.client,
            ledger: RequestLedger())
        var findings: [StoreTrait] = []
        let left = try await probe.run { findings.append($0) }
        #expect(left.isEmpty)
        #expect(findings.map(\.option).sorted() == ProviderOption.all.map(\.name).sorted())
        for finding in findings where !Self.cannotTell(store).contains(finding.option) {
            guard case .found(let value) = finding.outcome else {
                Issue.record("\(finding.option) on \(store): \(finding.outcome)")
                continue
            }
            // Classes that must be restored are not tried.
            let archives = scene.provider.archiveClasses.union(["GLACIER", "DEEP_ARCHIVE"])
            var said = scene.provider
            if finding.option == "upload_checksum", said.uploadChecksum != .md5, value != "md5" { continue }
            if bucket == .versioned { said.conditions.subtract(Self.lacksWhereVersionsAreKept(scene.store)) }
            said.storageClasses.subtract(archives.union(["EXPRESS_ONEZONE", "OUTPOSTS", "SNOW"]))
            #expect(value == ProviderOption.named(finding.option)?.value(in: said), "\(finding.option) on \(store)")
        }
        #expect(try await backend.entries().map(\.key) == [kept])
        if backend.capabilities.listsVersions { #expect(try await backend.versions().map(\.key) == [kept]) }
        #expect(try await backend.unfinishedUploads(under: .root).isEmpty)
    }
}
