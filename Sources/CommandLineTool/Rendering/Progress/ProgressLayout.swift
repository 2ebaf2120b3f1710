// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Turns a snapshot into lines that fit a width; pure.
enum ProgressLayout {
    /// Transfers in flight that are shown.
    static let transfersMax = 5

    /// The block for a terminal: what matters most comes first in each line, and what does not fit is left out.
    static func block(_ now: ProgressSnapshot, columns: Int) -> [String] {
        var lines = [
            fitted(columns < 60 ? "Bytes: " : "Bytes:   ", bytes(now), columns),
            fitted("Objects: ", objects(now), columns),
        ]
        lines += now.transfers.prefix(transfersMax).map { transfer($0, columns) }
        if now.transfers.count > transfersMax {
            lines.append(fitted(" + ", ["\(now.transfers.count - transfersMax) more in flight"], columns))
        }
        return lines
    }

    /// Everything in one line, for logs and `--stats-one-line`. No width: nothing is cut.
    static func line(_ now: ProgressSnapshot) -> String {
        (bytes(now) + objects(now)).joined(separator: ", ")
    }

    private static func bytes(_ now: ProgressSnapshot) -> [String] {
        let open = now.isListed ? "" : "+"
        let total = SizeFormat.short(Double(now.bytesTotal))
        var parts = ["\(SizeFormat.short(Double(now.bytesDone))) / \(total)\(open)"]
        if let percent = now.percent { parts.append("\(percent)%") }
        parts.append("ETA \(TimeFormat.duration(seconds: now.secondsLeft))")
        if let rate = now.byteRate { parts.append("\(SizeFormat.short(rate))/s") }
        return parts
    }

    private static func objects(_ now: ProgressSnapshot) -> [String] {
        var parts = ["\(now.objectsDone) / \(now.objectsTotal)\(now.isListed ? "" : "+")"]
        if now.failed > 0 { parts.append("\(now.failed) failed") }
        if let rate = now.objectRate, rate > 0 { parts.append("\(DecimalText.fixed(rate, rate < 10 ? 1 : 0))/s") }
        parts.append("checked \(now.checked)")
        if now.deleted > 0 { parts.append("deleted \(now.deleted)") }
        parts.append("listed \(now.listed)")
        parts.append("elapsed \(TimeFormat.duration(seconds: now.elapsed))")
        return parts
    }

    private static func fitted(_ head: String, _ parts: [String], _ columns: Int) -> String {
        var line = head
        for (index, part) in parts.enumerated() {
            let longer = index == 0 ? line + part : line + ", " + part
            if DisplayWidth.of(longer) > columns { break }
            line = longer
        }
        return DisplayWidth.truncated(line, to: columns)
    }

    private static func transfer(_ one: ProgressSnapshot.Transfer, _ columns: Int) -> String {
        let percent = one.size > 0 ? "\(Int(Double(min(one.done, one.size)) * 100 / Double(one.size)))%" : "-"
        var tail = " " + DecimalText.right(percent, 4)
        if columns >= 60 { tail += " of " + SizeFormat.short(Double(one.size)) }
        let name = TerminalText.escaped(one.name)
        let room = max(0, columns - 3 - DisplayWidth.of(tail))
        return DisplayWidth.truncated(" * " + DisplayWidth.truncatedAtStart(name, to: room) + tail, to: columns)
    }
}
