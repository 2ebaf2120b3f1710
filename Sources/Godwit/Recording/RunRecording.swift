// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
internal import JournalStore
internal import StorageModel
internal import SyncEngine

/// A run's place in the journal, and its lock on the target.
public final class RunRecording: Sendable {
    /// Nil: the run goes on without.
    let recorder: RunRecorder?
    /// Held as long as this lives.
    private let lock: TargetLock?
    /// Where the state of the pair of locations is kept; nil: nowhere.
    let stateFile: String?
    /// How the run keeps what it replaces and deletes.
    private let undo: UndoOptions?
    private let options: RecordingOptions

    init(
        recorder: RunRecorder? = nil, lock: TargetLock?, stateFile: String? = nil, undo: UndoOptions? = nil,
        options: RecordingOptions
    ) {
        self.recorder = recorder
        self.lock = lock
        self.stateFile = stateFile
        self.undo = undo
        self.options = options
    }

    /// Tells the engine where it finds what earlier runs left, and where to keep what it makes.
    func apply(to sync: inout SyncOptions) {
        if let stateFile {
            sync.state = StateOptions(path: stateFile, maxBytes: options.stateMax, now: SystemClock.now)
        }
        sync.undo = undo
        sync.restarts = options.restarts
    }

    /// Writes down how the run ended.
    public func finish(_ outcome: RunOutcome, exit: Int32, report: String) async {
        await recorder?.finish(outcome.state, exit: exit, report: report)
        if recorder != nil {
            StateFiles.bound(in: options.directory, besides: stateFile, bytesMax: options.stateMax)
        }
    }
}

/// How a run ended, as the journal tells it.
public enum RunOutcome: Sendable, Hashable {
    case done, failed, interrupted

    var state: RunState {
        switch self {
        case .done: .done
        case .failed: .failed
        case .interrupted: .interrupted
        }
    }
}
