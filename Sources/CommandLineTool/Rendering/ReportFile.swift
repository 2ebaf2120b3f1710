// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine

/// `--report`: one row an object.
final class ReportFile: Sendable {
    enum Format: Sendable {
        case csv, jsonLines

        /// By the ending of `path`; nil for any other.
        init?(path: String) {
            if path.hasSuffix(".csv") {
                self = .csv
            } else if path.hasSuffix(".jsonl") {
                self = .jsonLines
            } else {
                return nil
            }
        }
    }

    private let file: OutputFile
    private let format: Format
    private let hasVersions: Bool

    /// `hasVersions`: rows are of versions, and say which.
    init(_ path: String, hasVersions: Bool = false) throws(StorageError) {
        self.hasVersions = hasVersions
        format = Format(path: path) ?? .jsonLines
        file = try OutputFile(path)
        guard format == .csv else { return }
        let columns = "key,action,evidence,size,attempts,checksum,error,not_kept"
        try? file.sink.write("\(columns)\(hasVersions ? ",source_version,target_version" : "")\r\n")
    }

    func add(_ outcome: ObjectOutcome) {
        // A failure is kept by the sink and told at the end.
        try? file.sink.write(Self.row(outcome, format, hasVersions: hasVersions))
    }

    /// Writes what is pending.
    /// - Throws: the first failure of any row.
    func finish() throws { try file.sink.flush() }

    /// One row, with its line break (RFC 4180 for CSV).
    static func row(_ outcome: ObjectOutcome, _ format: Format, hasVersions: Bool = false) -> [UInt8] {
        switch format {
        case .jsonLines:
            var writer = JSONWriter()
            writer.object { EventWriter.members(of: outcome, &$0) }
            writer.endLine()
            return writer.bytes
        case .csv:
            let checksum = outcome.checksum.map { "\($0.algorithm.rawValue):\($0.hexadecimal)" } ?? ""
            let versions = hasVersions ? [outcome.sourceVersion ?? "", outcome.targetVersion ?? ""] : []
            let rest = [
                outcome.action.rawValue, outcome.evidence.rawValue, String(outcome.size), String(outcome.attempts),
                checksum, outcome.error.map { "\($0)" } ?? "", outcome.lost.names.joined(separator: " "),
            ]
            let fields = [outcome.key.bytes.array] + (rest + versions).map { Array($0.utf8) }
            return Array(fields.map(CSVField.harmless).joined(separator: [UInt8(ascii: ",")])) + [13, 10]
        }
    }
}
