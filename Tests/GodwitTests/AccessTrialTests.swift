// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import SyncEngine
import Testing

@testable import Godwit

@Suite struct AccessTrialTests {
    private static let place = AccessPlace("b", .prefix(ObjectKey("p/")))

    /// A bucket with one object, of which some calls are refused.
    private func faulty(_ faults: [FaultyBackend.Fault] = []) async throws -> FaultyBackend {
        let memory = MemoryBackend(store: MemoryStore(), container: "b")
        try await memory.createContainer()
        _ = try await memory.write(PartBuffer(Array("x".utf8)), to: ObjectKey("p/a"), WriteOptions())
        return FaultyBackend(memory, faults: faults)
    }

    private func refusal(
        _ operation: StorageError.Operation, call: Int = 1, times: Int = 1, kind: StorageError.Kind = .permissionDenied,
        _ refusal: StorageError.Refusal? = nil
    ) -> FaultyBackend.Fault {
        let service = StorageError.ServiceReply(status: 403, code: "AccessDenied", requestID: "", refusal: refusal)
        return FaultyBackend.Fault(
            call: call, of: operation, times: times,
            error: StorageError(kind, during: operation, message: "no", service: service))
    }

    private func access(_ mode: SyncMode) -> RunAccess {
        var access = RunAccess(mode, from: .init(Self.place), to: .init(Self.place), carrying: [])
        access.resumes = false
        return access
    }

    private func trying(
        _ backend: FaultyBackend, _ side: Session.Side, _ mode: SyncMode = .copy
    ) async throws -> [AccessFinding] {
        var findings: [AccessFinding] = []
        var trial = AccessTrial(backend, as: side, needing: access(mode).grants(side)) { findings.append($0) }
        switch side {
        case .source: try await trial.read(.prefix(ObjectKey("p/")), .current)
        case .target: try await trial.write(under: ObjectKey("p/"))
        }
        return findings
    }

    private func missing(_ findings: [AccessFinding]) -> [Permission] { findings.flatMap(\.missing).map(\.permission) }

    @Test func nothingIsMissingAndNothingStays() async throws {
        let backend = try await faulty()
        #expect(missing(try await trying(backend, .source)).isEmpty)
        let findings = try await trying(backend, .target, .sync)
        #expect(missing(findings).isEmpty && findings.allSatisfy { $0.error == nil && $0.leftover == nil })
        #expect(findings.map(\.trial).last == "delete it")
        let left = try await backend.list(ListRequest(order: .keyBytes)).next()?.entries.map(\.key)
        #expect(left == [ObjectKey("p/a")])
    }

    @Test func eachIsNamedByWhatItTries() async throws {
        #expect(missing(try await trying(faulty([refusal(.list)]), .source)) == [.list])
        #expect(missing(try await trying(faulty([refusal(.read)]), .source)) == [.get])
        #expect(missing(try await trying(faulty([refusal(.write)]), .target)) == [.put])
        #expect(missing(try await trying(faulty([refusal(.read)]), .target)) == [.get])
        #expect(missing(try await trying(faulty([refusal(.delete)]), .target, .sync)) == [.delete])
    }

    @Test func whatOnlyTheTrialNeedsIsNotMissing() async throws {
        let findings = try await trying(faulty([refusal(.delete)]), .target, .copy)
        #expect(missing(findings).isEmpty && findings.allSatisfy { $0.error == nil })
        #expect(findings.last?.leftover?.hasPrefix("s3://b/p/.godwit-test-") == true)
    }

    @Test func theStoresOwnWordsComeFirst() async throws {
        let key = StorageError.Refusal(action: "kms:GenerateDataKey", resource: "arn:aws:kms:r:1:key/k")
        let findings = try await trying(faulty([refusal(.write, key)]), .target)
        #expect(
            findings.first?.missing == [
                AccessGrant(.generateKey, .encryptionKey(EncryptionKeyName("arn:aws:kms:r:1:key/k")))
            ])
        var denial = StorageError.Refusal(action: "s3:PutObjectAcl", resource: "")
        #expect(missing(try await trying(faulty([refusal(.write, denial)]), .target)) == [.putAccess])
        // What a policy denies no other allows.
        denial.denier = "bucket policy"
        let denied = try await trying(faulty([refusal(.write, denial)]), .target)
        #expect(missing(denied).isEmpty && denied.first?.error != nil)
    }

    @Test func whatEverythingFailsByEndsIt() async throws {
        let findings = try await trying(faulty([refusal(.list, kind: .containerNotFound)]), .source)
        #expect(findings.count == 1 && missing(findings).isEmpty)
    }

    @Test func whoMayNotListIsToldNothing() async throws {
        let findings = try await trying(faulty([refusal(.list), refusal(.stat)]), .source)
        #expect(missing(findings) == [.list])
        guard case .untried? = findings.last?.verdict else {
            Issue.record("\(findings)")
            return
        }
    }
}
