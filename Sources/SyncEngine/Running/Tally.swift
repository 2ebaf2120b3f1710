// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The account of a run as it grows.
struct Tally: Sendable {
    /// Failures that are kept for the report; all are told as events.
    static let failuresMax = 100

    var report = SyncReport()
    /// Objects to try again in the next pass.
    var retries: [Work] = []
    /// Whether there will be another pass.
    var hasAnotherPass = false
    /// Objects whose composite tag did not match an inferred part size, by key.
    var doubted: [ObjectKey: Doubt] = [:]
    /// Uploads, by their numbers in the journal, that failed for good and could not be aborted.
    var rejectedUploads: Set<Int64> = []
    /// Bytes that passed through here because server-side copies were refused.
    var streamed: Int64 = 0
    /// Empty directories that were made at the target.
    var madeDirectories: Set<ObjectKey> = []

    /// What the readings of a doubted object gave.
    struct Doubt: Sendable {
        /// Part sizes that did not fit, by the CRC-64/NVME of what was read: what did not fit damaged bytes may fit others.
        var tried: [[UInt8]: Set<Int64>] = [:]
        /// The content that was read last.
        var latest: [UInt8] = []

        /// Part sizes that do not fit what was read last.
        var misfits: Set<Int64> { tried[latest] ?? [] }
    }

    /// Adds one outcome to the counts. In a dry run what would be done is counted like what is.
    mutating func count(_ action: ObjectOutcome.Action, size: Int64) {
        switch action {
        case .transferred, .wouldTransfer:
            report.objects.transferred += 1
            report.bytes.transferred += size
        case .serverCopied, .wouldServerCopy:
            report.objects.serverCopied += 1
            report.bytes.serverCopied += size
        case .metadataUpdated, .wouldUpdateMetadata: report.objects.metadataUpdated += 1
        case .skipped, .same: report.objects.skipped += 1
        case .deleted, .wouldDelete:
            report.objects.deleted += 1
            report.bytes.deleted += size
        case .failed: report.objects.failed += 1
        case .differs:
            report.objects.skipped += 1
            report.differences.differing += 1
        case .onlySource:
            report.objects.skipped += 1
            report.differences.onlySource += 1
        case .notComparable:
            report.objects.skipped += 1
            report.differences.notComparable += 1
        case .onlyTarget: report.differences.onlyTarget += 1
        }
    }

    /// Remembers why something failed.
    mutating func note(_ error: StorageError) {
        report.failureKinds.insert(error.kind)
        if report.failures.count < Self.failuresMax { report.failures.append(error) }
    }

    /// Starts the counts anew, since the listings start anew; bytes that moved have moved.
    mutating func restart() {
        report.objects = SyncReport.Objects()
        report.differences = SyncReport.Differences()
        report.failures = []
        report.failureKinds = []
        report.lengthOnly = 0
        report.notKept = [:]
        report.archived = SyncReport.Archived()
        report.otherFailures = 0
        retries = []
    }
}
