// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Selection
internal import SyncEngine

/// Whether histories are copied, not only what is current.
struct HistoryFlags: ParsableArguments, Sendable {
    @Flag(
        help: """
            Copy every version and delete marker, the oldest first, into a bucket that keeps versions; what it has stays.
            """)
    var allVersions = false

    /// Sets it in `options`, all of which are known by now.
    /// - Throws: when one of them means nothing to a history.
    func apply(to options: inout SyncOptions) throws {
        guard allVersions else { return }
        options.copiesVersions = true
        if let other = Self.others(options).first(where: \.isGiven)?.name {
            throw ValidationError("--all-versions copies what happened to each key as it happened: drop \(other).")
        }
    }

    private static func others(_ options: SyncOptions) -> [(isGiven: Bool, name: String)] {
        var comparing = options.comparing
        comparing.oneWay = false
        return [
            (options.mode == .move, "the move, and copy instead"),
            (options.approver != nil, "--interactive"),
            (options.immutable, "--immutable"),
            (!options.traversesTarget, "--no-traverse"),
            (options.createsEmptyDirectories, "--create-empty-src-dirs"),
            (options.names != nil, "the list of names"),
            (!options.exclusionMarkers.isEmpty, "--exclude-if-present"),
            (options.selection.judgesObjects, "the bounds on sizes, ages and storage classes"),
            (comparing != ComparisonOptions(), "the flags that say how objects are compared"),
            (options.deleting.tracksRenames, "--track-renames"),
            (options.deleting.timing != .after, "--delete-before or --delete-during"),
            (options.checksFirst, "--check-first"),
            (options.order != nil, "--order-by"),
        ]
    }
}
