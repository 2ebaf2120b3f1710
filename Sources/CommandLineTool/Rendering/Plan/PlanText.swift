// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine

/// A plan, for people and for programs.
enum PlanText {
    /// Directories that are shown, the largest first.
    private static let directoriesShown = 20

    /// One change: what, its bytes, why, and the name.
    static func line(_ change: PlannedChange) -> [UInt8] {
        Array("\(change.kind) \(change.size) \(change.evidence.rawValue) ".utf8) + NameText.line(change.key)
            + [UInt8(ascii: "\n")]
    }

    static func lines(_ summary: PlanSummary) -> [UInt8] {
        let header = summary.header
        var text = "\(header.mode.rawValue) \(header.source) to \(header.target), planned \(header.made.rfc3339())\n"
        if summary.actions.isEmpty { return Array((text + "nothing to do\n").utf8) }
        text += "\nby action\n"
        for (kind, amount) in sorted(summary.actions) { text += row(words(kind), amount) }
        text += "\nby reason\n"
        for (evidence, amount) in sorted(summary.reasons) { text += row(evidence.rawValue, amount) }
        text += "\nby directory\n"
        let directories = sorted(summary.directories)
        for (directory, amount) in directories.prefix(directoriesShown) {
            text += row(directory.isRoot ? "(in none)" : TerminalText.escaped(directory.description), amount)
        }
        if directories.count > directoriesShown {
            text += "  and \(directories.count - directoriesShown) more\n"
        }
        let cost = summary.cost
        text +=
            "\nrequests, at least: \(cost.put) PUT and POST, \(cost.copy) COPY, \(cost.get) GET, \(cost.delete) DELETE; "
        text +=
            "about $\(DecimalText.fixed(cost.dollars, 4)) at the prices of S3 Standard in us-east-1, without transfer\n"
        return Array(text.utf8)
    }

    static func json(_ summary: PlanSummary) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("type", "plan")
            json.string("mode", summary.header.mode.rawValue)
            json.string("made", summary.header.made.rfc3339(fractionDigits: 3))
            json.string("source", summary.header.source)
            json.string("target", summary.header.target)
            json.array("actions") { json in
                for (kind, amount) in sorted(summary.actions) { write("\(kind)", amount, &json) }
            }
            json.array("reasons") { json in
                for (evidence, amount) in sorted(summary.reasons) { write(evidence.rawValue, amount, &json) }
            }
            json.array("directories") { json in
                for (directory, amount) in sorted(summary.directories) { write(directory.description, amount, &json) }
            }
            json.object("requests") { json in
                json.number("get", summary.cost.get)
                json.number("put", summary.cost.put)
                json.number("copy", summary.cost.copy)
                json.number("delete", summary.cost.delete)
            }
            json.number("estimated_cost_usd", summary.cost.dollars, fractionDigits: 6)
        }
        writer.endLine()
        return writer.bytes
    }

    private static func write(_ name: String, _ amount: PlanSummary.Amount, _ json: inout JSONWriter) {
        json.object { json in
            json.string("name", name)
            json.number("objects", amount.objects)
            json.number("bytes", amount.bytes)
        }
    }

    private static func row(_ name: String, _ amount: PlanSummary.Amount) -> String {
        "  \(DecimalText.right("\(amount.objects)", 10)) objects  \(DecimalText.right(SizeFormat.bytes(amount.bytes), 12))"
            + "  \(name)\n"
    }

    private static func words(_ kind: PlannedChange.Kind) -> String {
        switch kind {
        case .copy: "copied"
        case .makeDirectory: "made"
        case .updateTime: "given another modification time"
        case .delete: "deleted"
        }
    }

    /// The largest first.
    private static func sorted<Key>(
        _ amounts: [Key: PlanSummary.Amount]
    ) -> [(key: Key, value: PlanSummary.Amount)] {
        amounts.sorted { a, b in
            (a.value.objects, a.value.bytes) != (b.value.objects, b.value.bytes)
                ? (a.value.objects, a.value.bytes) > (b.value.objects, b.value.bytes) : "\(a.key)" < "\(b.key)"
        }
    }
}
