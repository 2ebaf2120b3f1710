// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import StorageModel

/// What was found out about a store, as a line for people, who may copy it to a configuration, or for programs.
enum TraitText {
    /// `listing_order = directories   (not bytes)`.
    static func line(_ trait: StoreTrait) -> String {
        switch trait.outcome {
        case .found(let value):
            let setting = "\(trait.option) = \(value)"
            guard trait.news != nil else { return setting + "\n" }
            return DecimalText.left(setting, 40) + " (not \(trait.assumed))\n"
        case .unknown(let reason):
            return DecimalText.left("\(trait.option) = \(trait.assumed)", 40) + " (assumed: \(reason))\n"
        }
    }

    static func event(_ trait: StoreTrait) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("type", "trait")
            json.string("time", TimeFormat.now.rfc3339(fractionDigits: 3))
            json.string("option", trait.option)
            json.string("assumed", trait.assumed)
            switch trait.outcome {
            case .found(let value): json.string("found", value)
            case .unknown(let reason): json.string("reason", reason)
            }
        }
        writer.endLine()
        return writer.bytes
    }
}
