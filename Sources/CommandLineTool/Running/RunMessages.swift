// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import StorageModel
internal import SyncEngine

/// What is said to people about one object's outcome.
enum RunMessages {
    /// Nil for what is not worth a line at any level. `source` and `target` are the locations as the user knows them.
    static func message(
        _ outcome: ObjectOutcome, source: String, target: String
    ) -> (level: Logger.Level, text: String)? {
        switch outcome.action {
        case .failed:
            guard var error = outcome.error else { return (.error, "failed") }
            error.key = nil
            return (.error, "\(error)")
        case .transferred: return (.info, "copied (\(what(outcome)))")
        case .serverCopied: return (.info, "copied by the store (\(what(outcome)))")
        case .metadataUpdated: return (.info, "modification time updated")
        case .deleted: return (.info, "deleted")
        case .skipped where outcome.evidence == .archived || outcome.evidence == .restoring:
            return (.info, "left out (\(words(outcome.evidence)))")
        case .notComparable where outcome.evidence == .archived:
            return (.error, "cannot be compared: archived")
        case .skipped: return (.debug, "unchanged (\(words(outcome.evidence)))")
        case .wouldTransfer: return (.notice, "would be copied (size \(SizeFormat.suffix(outcome.size)))")
        case .wouldServerCopy:
            return (.notice, "would be copied by the store (size \(SizeFormat.suffix(outcome.size)))")
        case .wouldUpdateMetadata: return (.notice, "modification time would be updated")
        case .wouldDelete: return (.notice, "would be deleted (size \(SizeFormat.suffix(outcome.size)))")
        case .same: return (.debug, "same (\(words(outcome.evidence)))")
        case .onlySource: return (.error, "not in \(target)")
        case .onlyTarget: return (.error, "not in \(source)")
        case .differs: return (.error, "\(words(outcome.evidence)) differ")
        case .notComparable: return (.error, "cannot be compared: neither side offers a checksum that the other has")
        }
    }

    private static func what(_ outcome: ObjectOutcome) -> String {
        let version = outcome.sourceVersion.map { " \($0)" } ?? ""
        return switch outcome.evidence {
        case .absent: "new"
        case .version: "version\(version)"
        case .deleteMarker: "delete marker\(version)"
        default: "replaced"
        }
    }

    private static func words(_ evidence: Evidence) -> String {
        switch evidence {
        case .absent: "contents"
        case .size: "sizes"
        case .state: "proven by an earlier run"
        case .checksum: "checksums"
        case .digest: "contents"
        case .mtime: "modification times"
        case .metadata: "metadata"
        case .newer: "target is newer"
        case .existing: "target exists"
        case .forced: "not compared"
        case .elsewhere: "another place has it"
        case .declined: "declined"
        case .immutable: "target may not change"
        case .nothingComparable: "contents"
        case .problem: "problem"
        case .directory: "directory"
        case .archived: "archived"
        case .restoring: "archived, being restored"
        case .version: "versions"
        case .deleteMarker: "delete markers"
        }
    }

    /// What some objects have beside their bytes and their copies lack; nil: nothing.
    static func notKept(_ report: SyncReport) -> String? {
        guard !report.notKept.isEmpty else { return nil }
        let counts = report.notKept.sorted { $0.key < $1.key }.map { "\($0.key) of \($0.value)" }
        return "the target does not keep everything that objects carry: \(counts.joined(separator: ", ")) objects"
    }

    /// What was left out since it is archived, and what to do about it; nil: nothing.
    static func archived(_ report: SyncReport, source: String) -> String? {
        let found = report.archived
        guard found.objects > 0 else { return nil }
        let bytes = SizeFormat.short(Double(found.bytes))
        let amount = "\(found.objects) objects (\(bytes)) are archived and were left out"
        if found.restoring == found.objects {
            return "\(amount): they are being restored; run the same command again later, or with --wait"
        }
        let rest = found.restoring > 0 ? ", \(found.restoring) of them are being restored" : ""
        return "\(amount)\(rest): pass --restore-days N (and --wait), or run godwit restore \(source) --days N first"
    }

    /// The closing line of a run that copies.
    static func closing(_ report: SyncReport, dryRun: Bool) -> String {
        let objects = report.objects, seconds = max(report.elapsed / .seconds(1), 0.001)
        var amount = ""
        if objects.transferred > 0 {
            let rate = SizeFormat.short(Double(report.bytes.transferred) / seconds)
            amount = " (\(SizeFormat.short(Double(report.bytes.transferred)))\(dryRun ? "" : ", \(rate)/s"))"
        }
        var parts = ["\(objects.transferred) transferred\(amount)"]
        if objects.serverCopied > 0 {
            let bytes = SizeFormat.short(Double(report.bytes.serverCopied))
            parts.append("\(objects.serverCopied) copied by the store (\(bytes))")
        }
        if objects.metadataUpdated > 0 { parts.append("\(objects.metadataUpdated) times updated") }
        parts.append("\(objects.skipped - report.archived.objects) unchanged")
        if report.archived.objects > 0 { parts.append("\(report.archived.objects) archived") }
        if objects.deleted > 0 { parts.append("\(objects.deleted) deleted") }
        if objects.failed + report.otherFailures > 0 {
            parts.append("\(objects.failed + report.otherFailures) failed")
        }
        let figures = parts.joined(separator: ", ")
        return dryRun
            ? "dry run, nothing was changed: \(figures)" : "\(figures) in \(TimeFormat.short(seconds: seconds))"
    }

    /// What a resumed run did not look at again.
    static func resumed(_ account: RunSummary.Resumed, upTo key: ObjectKey) -> String {
        "up to \(TerminalText.escaped("\(key)")) the listings are those of \(account.listed.rfc3339()) (\(account.run)): "
            + "the same command again sees what changed there since"
    }

    /// The closing lines of `check`.
    static func checkClosing(_ report: SyncReport, source: String, target: String) -> [String] {
        let found = report.differences
        var lines: [String] = []
        if found.onlySource > 0 { lines.append("\(target): \(found.onlySource) files missing") }
        if found.onlyTarget > 0 { lines.append("\(source): \(found.onlyTarget) files missing") }
        lines.append("\(target): \(found.total) differences found")
        if found.notComparable > 0 { lines.append("\(target): \(found.notComparable) files could not be compared") }
        if report.objects.failed > 0 { lines.append("\(target): \(report.objects.failed) errors while checking") }
        let matching = report.objects.checked - found.differing - found.notComparable
        lines.append("\(target): \(max(0, matching)) matching files")
        return lines
    }
}
