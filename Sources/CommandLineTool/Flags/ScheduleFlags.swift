// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import SyncEngine

/// How much a run does at once, and how often it tries.
struct ScheduleFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The most objects in flight at once (default: as many as serve, 8 of those in parts).", valueName: "n"))
    var transfers: Int?
    @Option(help: ArgumentHelp("The most comparisons in flight at once (default: 16).", valueName: "n"))
    var checkers: Int?
    @Flag(help: "Transfer nothing until everything is compared.")
    var checkFirst = false
    @Option(
        help: ArgumentHelp(
            "Begin transfers in this order, exactly with --check-first: size, name or modtime, with ,asc or ,desc or "
                + ",mixed,PERCENT behind; or pattern,GLOB,GLOB...", valueName: "order"),
        transform: OrderArgument.parse)
    var orderBy: TransferOrder?
    @Option(
        help: ArgumentHelp(
            "The most bytes of objects and of listings read ahead in memory (default: 64M).", valueName: "size"))
    var maxMemory: SizeArgument?
    @Option(help: ArgumentHelp("Passes over what failed, the first included.", valueName: "n"))
    var retries = Self.usualRetries
    @Option(help: ArgumentHelp("Stop after N failed objects.", valueName: "n"))
    var maxErrors: Int?

    static let usualRetries = 3

    func validate() throws {
        for (value, name) in [(transfers, "transfers"), (checkers, "checkers"), (maxErrors, "max-errors")] {
            if let value, value < 1 { throw ValidationError("--\(name) must be at least 1.") }
        }
        if retries < 1 { throw ValidationError("--retries must be at least 1.") }
        if let bytes = maxMemory?.bytes, bytes < 1 << 20 { throw ValidationError("--max-memory must be at least 1M.") }
    }

    /// Of little memory, listings take their share too: what they have by default of the default.
    func apply(to options: inout SessionOptions) {
        guard let maxMemory else { return }
        let share = Double(maxMemory.bytes) / Double(TransferOptions().memoryMax)
        options.listedAheadMax = Int(Double(options.listedAheadMax) * min(share, 1))
    }

    func apply(to options: inout SyncOptions) {
        options.transferring.transfers = transfers
        options.transferring.checkers = checkers
        options.checksFirst = checkFirst
        options.order = orderBy
        if let maxMemory { options.transferring.memoryMax = maxMemory.bytes }
        options.passesMax = retries
        options.errorsMax = maxErrors
    }
}
