// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
public import SyncEngine

/// A run that is ready to start: refusals are decided, and its progress can be watched.
public struct SessionRun: Sendable {
    /// Live counters, readable while the run is under way.
    public var progress: SyncProgress { engine.progress }
    private let engine: SyncSession
    private let source: SyncLocation
    private let target: SyncLocation
    private let mode: SyncMode
    /// Source and target are the same place, and are meant to be.
    private let isInPlace: Bool

    init(engine: SyncSession, source: SyncLocation, target: SyncLocation, options: SyncOptions) {
        self.engine = engine
        self.source = source
        self.target = target
        mode = options.mode
        isInPlace = options.restoresTo != nil
    }

    /// Compares and carries out; every failure of an object is in the report, never thrown. Locations of which one
    /// holds the other are refused.
    public func run() async -> SyncReport {
        if mode != .check, !isInPlace, overlaps(source, target) {
            return refused("source and target overlap: one lies within the other, so the run would read what it writes")
        }
        return await engine.run()
    }

    /// Copies (or moves, or compares) the one object `sourceKey` to exactly `targetKey`; both are whole keys within
    /// their containers.
    public func runObject(_ sourceKey: ObjectKey, to targetKey: ObjectKey) async -> SyncReport {
        if mode != .check, !isInPlace, sourceKey == targetKey,
            source.backend.identity.store == target.backend.identity.store,
            source.backend.identity.container == target.backend.identity.container
        {
            return refused("source and target are the same object")
        }
        return await engine.runObject(sourceKey, to: targetKey)
    }

    private func refused(_ reason: String) -> SyncReport {
        var report = SyncReport()
        report.stop = .refused(reason)
        return report
    }
}
