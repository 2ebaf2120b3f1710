// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import StorageModel

/// Collects what trials show: a line for each as it comes, and at the end what is missing.
final class Examination {
    private let context: ToolContext
    private let json: Bool
    private let namesSides: Bool
    private var findings: [AccessFinding] = []

    init(_ context: ToolContext, json: Bool, namesSides: Bool) {
        self.context = context
        self.json = json
        self.namesSides = namesSides
    }

    func add(_ finding: AccessFinding) {
        findings.append(finding)
        if let leftover = finding.leftover {
            context.notice("\(TerminalText.escaped(leftover)) stays behind, and is to be removed by who may")
            if !json { return }
        }
        // Whoever does not read on is told so at the end.
        let text = json ? FindingText.event(finding) : Array(FindingText.line(finding, namesSides: namesSides).utf8)
        try? context.standardOutput.write(text)
        try? context.standardOutput.flush()
    }

    /// Whether nothing was refused so far.
    var isClean: Bool { !findings.contains { $0.error != nil } }

    /// Tells what was found out about a store.
    func add(_ trait: StoreTrait) {
        try? context.standardOutput.write(json ? TraitText.event(trait) : Array(TraitText.line(trait).utf8))
        try? context.standardOutput.flush()
    }

    /// Writes what to add to which policy. `isOneSigner`: both sides have the same credentials.
    func conclude(isOneSigner: Bool) throws -> ExitStatus {
        let missing = findings.flatMap { finding in finding.missing.map { (finding.side, $0) } }
        let sides: [(name: String, grants: [AccessGrant])] =
            isOneSigner
            ? [("", missing.map(\.1))]
            : [Session.Side.source, .target].map { side in
                (FindingText.name(side), missing.filter { $0.0 == side }.map(\.1))
            }
        for side in sides where !side.grants.isEmpty { try write(side.name, side.grants) }
        let status = ExitStatus.worst(of: findings.compactMap(\.error).map { ExitStatus($0) })
        if json {
            var writer = JSONWriter()
            writer.object { json in
                json.string("type", "summary")
                json.string("time", TimeFormat.now.rfc3339(fractionDigits: 3))
                json.number("exit", status.rawValue)
            }
            writer.endLine()
            try context.standardOutput.write(writer.bytes)
        } else if status == .done {
            context.notice("nothing is missing")
        }
        return status
    }

    private func write(_ side: String, _ grants: [AccessGrant]) throws {
        let policy = PolicyDocument(grants)
        if json {
            var writer = JSONWriter()
            writer.object { json in
                json.string("type", "policy")
                json.string("time", TimeFormat.now.rfc3339(fractionDigits: 3))
                if !side.isEmpty { json.string("side", side) }
                json.object("policy") { PolicyText.write(policy, &$0) }
            }
            writer.endLine()
            return try context.standardOutput.write(writer.bytes)
        }
        let whose = side.isEmpty ? "the credentials" : "the credentials of the \(side)"
        try context.standardOutput.write("\nadd to the policy of \(whose):\n")
        try context.standardOutput.write(PolicyText.pretty(policy))
    }
}
