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
        objects: (source: ObjectKey, target: ObjectKey)? = nil, warn: @escaping @Sendable (String) -> Void
    ) async throws(StorageError) -> RunRecording {
        let description = RunDescription(
            id: request.id, command: request.command, arguments: request.arguments, source: request.source,
            target: request.target, sourceIdentity: Self.identity(source, objects?.source),
            targetIdentity: Self.identity(target, objects?.target),
            optionsFingerprint: request.arguments.map { $0.dropFirst().joined(separator: " ") } ?? "",
            started: request.started)
        let lock: TargetLock?
        do throws(TargetLockError) {
            lock = try TargetLock.take(in: options.directory, for: description)
        } catch {
            switch error {
            case .held(let holder): throw Self.isHeld(holder, target)
            case .unavailable(let reason):
                warn("\(reason); the run goes on without a journal")
                return RunRecording(recorder: nil, lock: nil, stateFile: nil, options: options)
            }
        }
        guard options.keepsJournal else {
            return RunRecording(recorder: nil, lock: lock, stateFile: nil, options: options)
        }
        let stateFile = objects == nil ? StateFiles.path(in: options.directory, of: pair(description)) : nil
        do throws(StorageError) {
            let store = try JournalStore(in: options.directory, now: SystemClock.now, warn: warn)
            let recorder = try await store.begin(description, holding: lock)
            return RunRecording(recorder: recorder, lock: lock, stateFile: stateFile, options: options)
        } catch {
            warn("\(error); the run goes on without a journal")
            return RunRecording(recorder: nil, lock: lock, stateFile: stateFile, options: options)
        }
    }

    /// Canonical: equal for the same place, however it was named.
    private static func identity(_ location: SyncLocation, _ key: ObjectKey?) -> String {
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
