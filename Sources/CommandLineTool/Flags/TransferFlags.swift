// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
internal import SyncEngine

extension TransferOptions.Verification: ExpressibleByArgument {}
extension TransferOptions.ServerSide: ExpressibleByArgument {}

/// How objects are carried over and proven.
struct TransferFlags: ParsableArguments, Sendable {
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Say what would be done, change nothing.")
    var dryRun = false
    @Flag(name: .shortAndLong, help: "Ask before each change.")
    var interactive = false
    @Flag(help: "Refuse to change an object that exists at the target.")
    var immutable = false
    @Option(help: "What is proven by digest.")
    var verify = TransferOptions.Verification.transferred
    @Option(help: "Whether the store copies between its own buckets itself.")
    var serverSide = TransferOptions.ServerSide.auto
    @Option(
        help: ArgumentHelp("Stop after streaming this much where a server-side copy was refused.", valueName: "size"))
    var maxStream: SizeArgument?
    @Flag(help: "Map keys that cannot be local paths reversibly, instead of failing them.")
    var escapeKeys = false
    @Flag(help: "Look up each object at the target instead of listing it, for few objects and large targets.")
    var noTraverse = false
    @Flag(help: "Also make the source's empty directories.")
    var createEmptySrcDirs = false
    @Flag(help: "Exit with 9 when there was nothing to do.")
    var errorOnNoTransfer = false

    func validate() throws {
        if interactive, dryRun { throw ValidationError("--interactive asks before changes, and --dry-run makes none.") }
        if maxStream != nil, serverSide != .auto {
            throw ValidationError("--max-stream has a meaning with --server-side auto only.")
        }
    }

    func apply(to options: inout SyncOptions) {
        options.dryRun = dryRun
        options.immutable = immutable
        options.approver = interactive ? Interview() : nil
        options.traversesTarget = !noTraverse
        options.transferring.verification = verify
        options.transferring.serverSide = serverSide
        options.transferring.streamMax = maxStream?.bytes
        options.escapesKeys = escapeKeys
        options.createsEmptyDirectories = createEmptySrcDirs
    }
}
