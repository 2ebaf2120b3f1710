// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine

extension ExitStatus {
    /// How a run ends. `failsIdle`: having had nothing to do counts as an error (`--error-on-no-transfer`).
    init(_ report: SyncReport, failsIdle: Bool = false) {
        var statuses: [ExitStatus] = []
        switch report.stop {
        case .failed(let error): statuses.append(ExitStatus(error))
        case .refused: statuses.append(.refused)
        case .tooManyErrors: statuses.append(.someFailed)
        case .transferLimit: statuses.append(.transferLimit)
        case .durationLimit: statuses.append(.durationLimit)
        case .interrupted: statuses.append(.interrupted)
        case nil: break
        }
        if report.failureKinds.contains(.corrupted) { statuses.append(.integrity) }
        if report.objects.failed > 0 || report.otherFailures > 0 || !report.failures.isEmpty {
            statuses.append(.someFailed)
        }
        if report.differences.total > 0 { statuses.append(.different) }
        let objects = report.objects
        let changed = objects.transferred + objects.serverCopied + objects.metadataUpdated + objects.deleted
        if failsIdle, changed == 0 { statuses.append(.nothingToDo) }
        self = .worst(of: statuses)
    }

    /// How a run about a single object ends: with that object's own status.
    init(single report: SyncReport, failsIdle: Bool = false) {
        if report.stop == nil, let error = report.failures.first {
            self = ExitStatus(error)
        } else {
            self = ExitStatus(report, failsIdle: failsIdle)
        }
    }
}
