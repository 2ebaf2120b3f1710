// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Digests
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

@Suite struct OrderedDigestTests {
    private static let lost = StorageError(.permissionDenied, during: .read, message: "no")

    @Test func takesPartsInTheirOrder() async throws {
        let digest = OrderedDigest(.whole(.md5))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, text) in [(3, "c"), (2, "b"), (1, "a")] {
                group.addTask { try await digest.add(number, PartBuffer(Array(text.utf8))) }
            }
            try await group.waitForAll()
        }
        #expect(digest.finish().bytes == Digest.of(Array("abc".utf8), .md5))
    }

    @Test("Whoever waits for a part that does not come learns why", .timeLimit(.minutes(10)))
    func aPartDoesNotCome() async {
        let digest = OrderedDigest(.whole(.md5))
        await withTaskGroup(of: StorageError.Kind?.self) { group in
            for number in [2, 3] {
                group.addTask {
                    do throws(StorageError) {
                        try await digest.add(number, PartBuffer([1]))
                        return nil
                    } catch {
                        return error.kind
                    }
                }
            }
            digest.fail(Self.lost)
            for await kind in group { #expect(kind == .permissionDenied) }
        }
    }

    @Test("Parts that wait for one that failed hold no memory that the transfer waits for", .timeLimit(.minutes(10)))
    func aFailedPartEndsTheTransfer() async throws {
        let source = bucket(), target = bucket()
        try await source.put(Array(0..<64), at: ObjectKey("large"))
        let faulty = FaultyBackend(source, faults: [.init(call: 2, of: .read, error: Self.lost)])
        let run = await ran(.copy, faulty, target) { options in
            options.transferring.partSize = 8
            options.transferring.uploadCutoff = 8
            options.transferring.memoryMax = 24
        }
        #expect(run.report.failureKinds == [.permissionDenied] && run.report.objects.failed == 1)
        #expect(try await target.unfinished() == 0)
    }
}
