// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import JournalStore
public import StorageModel
public import SyncEngine

extension Session {
    /// Prepares putting `target` back as it was before `run`, of which `records` tell. `undoDirectory` is where that run
    /// kept things, if it was told.
    public func prepareUndo(
        of run: String, at target: SyncLocation, undoDirectory: String?, options: SyncOptions,
        observer: (any SyncObserver)?, recording: RunRecording?,
        records: @escaping @Sendable () async throws(StorageError) -> [UndoRecord]?
    ) async throws(StorageError) -> UndoSession {
        UndoSession(
            target: target, place: try await undoPlace(run, in: undoDirectory, for: target), options: options,
            observer: observer, journal: recording?.recorder, records: records)
    }

    /// Whether `identity` is that of the place `prefix` or, for a run over one object, of a name in it.
    private static func isWithin(_ identity: String, _ prefix: String) -> Bool {
        let (place, outer) = (Array(identity.utf8), Array(prefix.utf8))
        return place.starts(with: outer) && !place.dropFirst(outer.count).contains(UInt8(ascii: "/"))
    }

    /// Opens the target of an earlier run, whose identity was `identity`.
    /// - Throws: `invalidConfiguration` when `location` is another place by now.
    public func openTarget(
        _ location: String, identity: String
    ) async throws(StorageError) -> (target: SyncLocation, display: String) {
        for expectation in [Expectation.prefix, .object] {
            let opened: OpenLocation
            do throws(StorageError) {
                opened = try await open(location, as: .target, expecting: expectation)
            } catch {
                guard expectation == .object, error.kind == .invalidConfiguration else { throw error }
                continue
            }
            guard let backend = opened.backend else { continue }
            switch opened.form {
            case .prefix(let prefix):
                let target = SyncLocation(backend: backend, prefix: prefix)
                if Self.isWithin(identity, Self.identity(target, nil)) { return (target, opened.display) }
            case .object(let key):
                let target = SyncLocation(backend: backend)
                if Self.identity(target, key) == identity { return (target, opened.display) }
            case .account: continue
            }
        }
        throw Self.isMoved(location)
    }
}
