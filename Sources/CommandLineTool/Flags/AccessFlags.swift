// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

/// What a question about access is about, beside the flags of the command itself.
struct AccessFlags: ParsableArguments, Sendable {
    enum Purpose: String, ExpressibleByArgument, CaseIterable, Sendable {
        case copy, sync, move, check

        var mode: SyncMode {
            switch self {
            case .copy: .copy
            case .sync: .sync
            case .move: .move
            case .check: .check
            }
        }
    }

    @Option(name: .customLong("for"), help: "The command that it is about.")
    var purpose = Purpose.copy
    @Option(
        name: .customLong("source-kms-key"),
        help: ArgumentHelp("The KMS key by which the source is encrypted: an ARN, an id or an alias.", valueName: "id"))
    var sourceKey: String?
}
