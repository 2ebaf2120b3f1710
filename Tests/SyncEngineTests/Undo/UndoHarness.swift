// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// An object with everything that an undo has to put back.
struct Kept: Hashable {
    var content: [UInt8]
    var modified: Timestamp?
    var metadata: ObjectMetadata?
    var tag: VersionTag?
}

/// Where the tests' runs keep things.
let trash = UndoTrash.prefix(run: "20261125T193015Z-0badcafe")

extension Backend {
    /// Everything but what runs keep.
    func snapshot(tags: Bool = true) async throws -> [ObjectKey: Kept] {
        var all: [ObjectKey: Kept] = [:]
        for entry in try await entries() where !entry.key.hasPrefix(ObjectKey(UndoTrash.name + "/")) {
            let stat = try await stat(entry.key, version: nil)
            all[entry.key] = Kept(
                content: try await get(entry.key, capacity: Int(entry.size)), modified: stat.modified,
                metadata: stat.metadata, tag: tags ? stat.tag : nil)
        }
        return all
    }
}

/// How the objects of a run get to the target.
enum Way: CaseIterable {
    case single, parts, serverCopy, serverCopyParts, streamedKeeping

    /// A source and a target that are far enough apart, or near enough.
    func stores(orders: [ListingOrder] = [.keyBytes]) -> (source: MemoryBackend, target: MemoryBackend) {
        let store = MemoryStore(containers: ["memory", "other"])
        switch self {
        case .single, .parts: return (bucket(orders: orders), bucket(orders: orders))
        case .serverCopy:
            return (bucket(store, container: "other", orders: orders), bucket(store, orders: orders))
        case .serverCopyParts:
            return (
                bucket(store, container: "other", orders: orders),
                bucket(store, orders: orders) { $0.serverSideCopyMax = 1000 }
            )
        case .streamedKeeping:
            return (bucket(orders: orders), bucket(orders: orders) { $0.serverSideCopyMax = nil })
        }
    }

    func configure(_ options: inout SyncOptions) {
        options.transferring.partSize = 1000
        options.transferring.uploadCutoff = self == .parts || self == .streamedKeeping ? 1000 : nil
    }

    /// Whether what is put back has the tag that it had, rather than that of other parts.
    var keepsTags: Bool { self != .serverCopyParts && self != .streamedKeeping }
}

/// A sync that keeps what it overwrites and deletes at the target itself.
@discardableResult
func ranKeeping(
    _ source: any Backend, _ target: any Backend, _ journal: KeptRecords?, mode: SyncMode = .sync,
    place: SyncLocation? = nil, keepsVersions: Bool = false, _ configure: (inout SyncOptions) -> Void = { _ in }
) async -> Ran {
    let recorder = Recorder()
    let session = session(
        source, target, journal, mode: mode, place: place, keepsVersions: keepsVersions, recorder, configure)
    let report = await session.run()
    checkCounts(report, recorder, mode, #_sourceLocation)
    return Ran(report: report, recorder: recorder)
}

func session(
    _ source: any Backend, _ target: any Backend, _ journal: KeptRecords?, mode: SyncMode = .sync,
    place: SyncLocation? = nil, keepsVersions: Bool = false, _ recorder: Recorder,
    _ configure: (inout SyncOptions) -> Void
) -> SyncSession {
    var options = SyncOptions(mode: mode)
    options.undo = UndoOptions(
        place: keepsVersions ? nil : place ?? SyncLocation(backend: target, prefix: trash))
    options.deleting.allowsEmptySource = true
    configure(&options)
    return SyncSession(
        source: SyncLocation(backend: source), target: SyncLocation(backend: target), options: options,
        observer: recorder, journal: journal)
}

/// Undoes what `journal` remembers.
@discardableResult
func undone(
    _ journal: KeptRecords, at target: any Backend, keepsVersions: Bool = false, batch: Int = 1000,
    by undoing: KeptRecords? = KeptRecords(), _ configure: (inout SyncOptions) -> Void = { _ in }
) async -> Ran {
    var options = SyncOptions(mode: .copy)
    configure(&options)
    let recorder = Recorder()
    let location = SyncLocation(backend: target)
    let session = UndoSession(
        target: location, place: keepsVersions ? nil : SyncLocation(backend: target, prefix: trash), options: options,
        observer: recorder, journal: undoing, records: journal.batches(of: batch))
    let report = await session.run()
    checkCounts(report, recorder, .copy, #_sourceLocation)
    if let undoing, report.stop == nil, report.otherFailures == 0, !options.dryRun {
        #expect(undoing.settled == report.objects.transferred + report.objects.serverCopied + report.objects.deleted)
    }
    return Ran(report: report, recorder: recorder)
}
