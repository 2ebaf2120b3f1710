// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import StorageModel

/// What a trial showed, as a line for people or for programs.
enum FindingText {
    /// `target  write an object         no: why`.
    static func line(_ finding: AccessFinding, namesSides: Bool) -> String {
        let side = namesSides ? "\(name(finding.side))  " : ""
        let verdict =
            switch finding.verdict {
            case .allowed: "yes"
            case .refused(let error): "no: \(error)"
            case .dispensable(let error): "no, and not needed: \(error)"
            case .untried(let reason): "not tried: \(reason)"
            }
        return "\(side)\(DecimalText.left(finding.trial, 22)) \(verdict)\n"
    }

    static func event(_ finding: AccessFinding) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("type", "trial")
            json.string("time", TimeFormat.now.rfc3339(fractionDigits: 3))
            json.string("side", name(finding.side))
            json.string("trial", finding.trial)
            switch finding.verdict {
            case .allowed: json.string("verdict", "allowed")
            case .refused(let error):
                json.string("verdict", "refused")
                json.array("missing") { json in
                    for grant in finding.missing { json.string(nil, grant.permission.rawValue) }
                }
                json.string("error", "\(error)")
            case .dispensable(let error):
                json.string("verdict", "not_needed")
                json.string("error", "\(error)")
            case .untried(let reason):
                json.string("verdict", finding.leftover == nil ? "not_tried" : "left_behind")
                json.string("reason", reason)
            }
            if let leftover = finding.leftover { json.string("left", leftover) }
        }
        writer.endLine()
        return writer.bytes
    }

    static func name(_ side: Session.Side) -> String {
        switch side {
        case .source: "source"
        case .target: "target"
        }
    }
}
