// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine
import Testing

@testable import CommandLineTool

// swift-testing has an `ExitStatus` of its own.
private typealias ExitStatus = CommandLineTool.ExitStatus

@Suite struct ExitStatusTests {
    @Test("Every kind of error of a single object has its documented status")
    func kinds() {
        let table: [StorageError.Kind: ExitStatus] = [
            .notFound: .objectNotFound, .containerNotFound: .containerNotFound, .alreadyExists: .different,
            .preconditionFailed: .temporary, .permissionDenied: .fatal, .unauthenticated: .fatal, .invalidKey: .usage,
            .invalidConfiguration: .usage, .unsupported: .different, .archived: .different, .outOfSpace: .different,
            .corrupted: .integrity, .listingOutOfOrder: .different, .rateLimited: .temporary, .timedOut: .temporary,
            .connectionLost: .temporary, .outcomeUnknown: .temporary, .cancelled: .interrupted,
            .unexpected: .different,
        ]
        #expect(Set(table.keys) == Set(StorageError.Kind.allCases))
        for (kind, status) in table {
            #expect(ExitStatus(StorageError(kind, during: .read, message: "")) == status, "\(kind)")
        }
    }

    @Test("What a retry layer gave up on may help another time")
    func exhausted() {
        let error = StorageError(.unexpected, during: .read, message: "", disposition: .exhausted(attempts: 10))
        #expect(ExitStatus(error) == .temporary)
    }

    @Test("The order of precedence is 130, 2, 7, 12, 11, 3 or 4, 8 or 10, 6, 5, 1, 9, 0")
    func precedence() {
        let order: [ExitStatus] = [
            .interrupted, .usage, .fatal, .refused, .integrity, .containerNotFound, .transferLimit, .someFailed,
            .temporary, .different, .nothingToDo, .done,
        ]
        for (index, status) in order.enumerated() {
            #expect(ExitStatus.worst(of: order[index...].reversed()) == status)
        }
        #expect(ExitStatus.objectNotFound.rank == ExitStatus.containerNotFound.rank)
        #expect(ExitStatus.durationLimit.rank == ExitStatus.transferLimit.rank)
        #expect(ExitStatus.worst(of: []) == .done)
        #expect(Set(ExitStatus.allCases.map(\.rawValue)) == Set((0...12) + [130]))
    }

    @Test func reports() {
        var report = SyncReport()
        #expect(ExitStatus(report) == .done)
        #expect(ExitStatus(report, failsIdle: true) == .nothingToDo)
        report.objects.transferred = 1
        #expect(ExitStatus(report, failsIdle: true) == .done)
        report.differences.differing = 1
        #expect(ExitStatus(report) == .different)
        report.objects.failed = 1
        report.failureKinds = [.permissionDenied]
        #expect(ExitStatus(report) == .someFailed, "a denied object does not make the run fatal")
        report.failureKinds = [.corrupted]
        #expect(ExitStatus(report) == .integrity)
        report.stop = .refused("")
        #expect(ExitStatus(report) == .refused)
        report.stop = .failed(StorageError(.unauthenticated, during: .list, message: ""))
        #expect(ExitStatus(report) == .fatal)
        report.stop = .interrupted
        #expect(ExitStatus(report) == .interrupted)
    }

    @Test("A run about one object ends with that object's own status")
    func single() {
        var report = SyncReport()
        report.objects.failed = 1
        report.failures = [StorageError(.permissionDenied, during: .write, message: "")]
        report.failureKinds = [.permissionDenied]
        #expect(ExitStatus(single: report) == .fatal)
        #expect(ExitStatus(report) == .someFailed)
    }
}
