// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendLocal
import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@Suite struct ConformanceTests {
    @Test(arguments: Subject.here, ConformanceCheck.all)
    func keepsItsPromises(_ subject: Subject, _ check: ConformanceCheck) async throws {
        try await subject.run(check)
    }

    @Test(.enabled(if: !Subject.servers.isEmpty), arguments: Subject.servers, ConformanceCheck.all)
    func keepsItsPromisesOnServers(_ subject: Subject, _ check: ConformanceCheck) async throws {
        try await subject.run(check)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func localAgreesWithTheOracle(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var operations = RandomOperations(LocalBackend(root: directory.path), seed: seed, tolerance: .files)
        try await operations.run(300)
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func escapedLocalAgreesWithTheOracle(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var options = LocalOptions()
        options.escapesKeys = true
        let tolerance = KeyTolerance.all.subtracting([.longComponents, .objectBesideDirectory])
        var operations = RandomOperations(
            LocalBackend(root: directory.path, options: options), seed: seed, tolerance: tolerance)
        try await operations.run(300)
    }
}
