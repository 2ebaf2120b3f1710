// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
internal import JournalStore
public import StorageModel
public import SyncEngine

extension Session {
    /// Takes the target's lock and begins the run in the journal. `objects`: the whole keys of a run over one object.
    /// What cannot be written down is told to `warn`, and the run goes on without.
    /// - Throws: `alreadyExists` when another run of this machine works on the target; the message names it.
    public func record(
        _ request: RunRequest, _ options: RecordingOptions, from source: SyncLocation, to target: SyncLocation,
        objects: (source: ObjectKey, target: ObjectKey)? = nil, mode: SyncMode,
        warn: @escaping @Sendable (String) -> Void
    ) async throws(StorageError) -> RunRecording {
        let description = RunDescription(
            request, sourceIdentity: Self.identity(source, objects?.source),
            targetIdentity: Self.identity(target, objects?.target))
        let pair = objects == nil && options.stateMax > 0 ? pair(description) : nil
        return try await begin(description, options, at: target, pair, warn) { () async throws(StorageError) in
            try await self.undoOptions(options, request.id, mode, from: source, to: target)
        }
    }

    /// As ``record(_:_:from:to:objects:mode:warn:)``, for a run that undoes one whose target's identity was `identity`.
    public func record(
        undo request: RunRequest, _ options: RecordingOptions, at target: SyncLocation, identity: String,
        warn: @escaping @Sendable (String) -> Void
    ) async throws(StorageError) -> RunRecording {
        let description = RunDescription(request, sourceIdentity: request.source, targetIdentity: identity)
        return try await begin(description, options, at: target, nil, warn) { () async throws(StorageError) in nil }
    }

    /// `pair`: whose state the run goes by; nil: no one's.
    private func begin(
        _ description: RunDescription, _ options: RecordingOptions, at target: SyncLocation, _ pair: String?,
        _ warn: @escaping @Sendable (String) -> Void,
        _ undo: () async throws(StorageError) -> UndoOptions?
    ) async throws(StorageError) -> RunRecording {
        let lock: TargetLock?
        do throws(TargetLockError) {
            lock = try TargetLock.take(in: options.directory, for: description)
        } catch {
            switch error {
            case .held(let holder): throw Self.isHeld(holder, target)
            case .unavailable(let reason):
                return try withoutJournal(reason, nil, options, warn)
            }
        }
        guard options.keepsJournal else { return RunRecording(lock: lock, options: options) }
        let undo = try await undo()
        do throws(StorageError) {
            let store = try JournalStore(in: options.directory, now: SystemClock.now, warn: warn)
            let recorder = try await store.begin(description, holding: lock)
            let stateFile = pair.map { StateFiles.path(in: options.directory, of: $0, isFresh: options.restarts) }
            return RunRecording(
                recorder: recorder, lock: lock, stateFile: stateFile, undo: undo, options: options)
        } catch {
            return try withoutJournal(error, lock, options, warn)
        }
    }

    /// A run that cannot be written down goes on, unless it has to be undone some day.
    private func withoutJournal(
        _ reason: StorageError, _ lock: TargetLock?, _ options: RecordingOptions, _ warn: (String) -> Void
    ) throws(StorageError) -> RunRecording {
        guard !options.keepsUndo else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: options.directory,
                message: "\(reason); nothing was changed, since a run without a journal cannot be undone")
        }
        warn("\(reason); the run goes on without a journal")
        return RunRecording(lock: lock, options: options)
    }

    /// Makes sure that a run between these places goes on with one between the places `source` and `target`.
    /// - Throws: `invalidConfiguration` when one is another place by now.
    public func confirm(
        source: String, target: String, areOf places: (source: SyncLocation, target: SyncLocation),
        objects: (source: ObjectKey, target: ObjectKey)? = nil
    ) throws(StorageError) {
        for (earlier, place, key) in [
            (source, places.source, objects?.source), (target, places.target, objects?.target),
        ] where Self.identity(place, key) != earlier {
            throw Self.isMoved(place.backend.identity.container)
        }
    }

    static func isMoved(_ location: String) -> StorageError {
        StorageError(
            .invalidConfiguration, during: .validate, at: location,
            message: "the location is not the place any more that the run worked on",
            advice: "check the configuration and the working directory")
    }

    /// How the run keeps what it replaces and deletes; nil: it does not.
    private func undoOptions(
        _ options: RecordingOptions, _ run: String, _ mode: SyncMode, from source: SyncLocation, to target: SyncLocation
    ) async throws(StorageError) -> UndoOptions? {
        guard options.keepsUndo else { return nil }
        let undo = UndoOptions(place: try await undoPlace(run, in: options.undoDirectory, for: target))
        guard let refusal = undo.refusal(mode: mode, source: source, target: target) else { return undo }
        throw StorageError(
            .invalidConfiguration, during: .validate, at: target.backend.identity.container, message: refusal)
    }

    /// Canonical: equal for the same place, however it was named.
    static func identity(_ location: SyncLocation, _ key: ObjectKey?) -> String {
        let place = location.backend.identity
        return "\(place.store)/\(place.container)/\(key?.description ?? location.prefix.description)"
    }

    /// What the state of a pair depends on beside the two places.
    private func pair(_ run: RunDescription) -> String {
        "\(run.sourceIdentity)\n\(run.targetIdentity)\n\(options.escapesKeys) \(options.links)"
    }

    private static func isHeld(_ holder: LockHolder, _ target: SyncLocation) -> StorageError {
        let who = [
            holder.run.isEmpty ? nil : "run \(holder.run)", holder.pid.map { "process \($0)" },
            holder.started.map { "since \($0.rfc3339())" },
        ]
        return StorageError(
            .alreadyExists, during: .validate, at: target.backend.identity.container,
            message: "another run is working on this target (\(who.compactMap(\.self).joined(separator: ", ")))",
            advice: "wait until it has ended, or stop it")
    }
}

extension RunDescription {
    fileprivate init(_ request: RunRequest, sourceIdentity: String, targetIdentity: String) {
        self.init(
            id: request.id, command: request.command, arguments: request.arguments, source: request.source,
            target: request.target, sourceIdentity: sourceIdentity, targetIdentity: targetIdentity,
            optionsFingerprint: request.arguments.map { $0.dropFirst().joined(separator: " ") } ?? "",
            started: request.started)
    }
}
