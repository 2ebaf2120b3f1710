// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel
internal import SyncEngine

/// The files in which `check` lists what it found, one name a line.
final class CheckFiles: Sendable {
    private let combined: OutputFile?
    private let differ: OutputFile?
    private let match: OutputFile?
    private let missingOnSource: OutputFile?
    private let missingOnTarget: OutputFile?
    private let error: OutputFile?

    init(_ flags: CheckFileFlags) throws {
        combined = try flags.combined.map { try OutputFile($0) }
        differ = try flags.differ.map { try OutputFile($0) }
        match = try flags.match.map { try OutputFile($0) }
        missingOnSource = try flags.missingOnSrc.map { try OutputFile($0) }
        missingOnTarget = try flags.missingOnDst.map { try OutputFile($0) }
        error = try flags.error.map { try OutputFile($0) }
    }

    func add(_ outcome: ObjectOutcome) {
        let (mark, file): (Character, OutputFile?)
        switch outcome.action {
        case .same, .skipped: (mark, file) = ("=", match)
        case .onlyTarget: (mark, file) = ("-", missingOnSource)
        case .onlySource: (mark, file) = ("+", missingOnTarget)
        case .differs: (mark, file) = ("*", differ)
        case .notComparable, .failed: (mark, file) = ("!", error)
        case .transferred, .serverCopied, .metadataUpdated, .deleted, .wouldTransfer, .wouldServerCopy,
            .wouldUpdateMetadata, .wouldDelete:
            return
        }
        let name = NameText.line(outcome.key) + [UInt8(ascii: "\n")]
        // A failure is kept by the sink and told at the end.
        try? combined?.sink.write("\(mark) ".utf8 + name)
        try? file?.sink.write(name)
    }

    func finish() throws {
        for file in [combined, differ, match, missingOnSource, missingOnTarget, error] { try file?.sink.flush() }
    }
}
