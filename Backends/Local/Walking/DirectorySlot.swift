// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A directory that is to be read ahead: by a thread of the pool, or by the walk itself if it comes there first.
final class DirectorySlot: Sendable {
    private enum State {
        case waiting, running
        case done(DirectoryScanner.Outcome)
    }

    private let state = Condition(State.waiting)
    private let path: [UInt8]

    init(path: [UInt8]) { self.path = path }

    /// Reads the directory unless that was begun already or nobody wants it any more.
    func run(_ scanner: DirectoryScanner) {
        guard !scanner.isAbandoned.load(ordering: .relaxed), claim() else { return }
        let outcome = scanner.scan(path, namesMax: DirectoryScanner.readAheadNamesMax)
        state.withLock { $0 = .done(outcome) }
        state.wake()
    }

    /// What was read; waits for a thread that is at it. Never waits for one that has not begun.
    func take(_ scanner: DirectoryScanner) -> DirectoryScanner.Outcome {
        if claim() { return scanner.scan(path) }
        let outcome = state.wait { state in
            if case .done(let outcome) = state { outcome } else { nil }
        }
        if case .tooLarge = outcome { return scanner.scan(path) }
        return outcome
    }

    private func claim() -> Bool {
        state.withLock { state in
            guard case .waiting = state else { return false }
            state = .running
            return true
        }
    }
}
