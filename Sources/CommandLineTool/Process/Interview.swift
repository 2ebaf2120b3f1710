// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine

/// Asks the person at the terminal before each change, one question at a time; what they say for all of a kind holds.
actor Interview: Approver {
    private var decided: [ProposedChange.Kind: Approval] = [:]
    private var hasQuit = false

    func answer(to proposal: ProposedChange) -> Approval {
        if hasQuit { return .quit }
        if let answer = decided[proposal.kind] { return answer }
        let name = TerminalText.escaped(proposal.key.description)
        let question =
            "\(proposal.kind.rawValue) \(name) (\(SizeFormat.suffix(proposal.size)))? y)es, n)o, "
            + "s)kip all of these, !) all of these, q)uit"
        while true {
            // Who cannot be asked has agreed to nothing.
            guard let said = try? Prompt.line(question) else {
                hasQuit = true
                return .quit
            }
            switch said.lowercased() {
            case "y", "yes": return .yes
            case "n", "no": return .no
            case "s":
                decided[proposal.kind] = .no
                return .no
            case "!":
                decided[proposal.kind] = .yes
                return .yes
            case "q", "quit":
                hasQuit = true
                return .quit
            default: continue
            }
        }
    }
}
