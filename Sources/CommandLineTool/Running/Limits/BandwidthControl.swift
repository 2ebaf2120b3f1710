// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import Settings
internal import StorageModel
internal import Synchronization

/// Keeps the rates of a command's sessions at what was asked for: as time passes, when the file that says it changes, and
/// by signals.
final class BandwidthControl: Sendable {
    /// What says which rates hold.
    enum Source: Sendable {
        case given(RateTimetable)
        /// A file that is read again whenever it changes.
        case file(String)
    }

    /// What may change them.
    enum Event: Sendable {
        /// A while has passed.
        case tick
        /// SIGUSR2.
        case toggle
        /// SIGHUP.
        case reload
    }

    private struct State {
        var bandwidth: BandwidthState
        var file: WatchedFile?
    }

    let rates = TransferRates()
    /// Whether they come from a file.
    let hasFile: Bool
    private let state: Mutex<State>
    private let say: @Sendable (String) -> Void

    /// - Throws: `invalidConfiguration` when the file cannot be read, or says nothing that could be followed.
    init(_ source: Source, at minute: WeekMinute, say: @escaping @Sendable (String) -> Void) throws(StorageError) {
        let bandwidth: BandwidthState, file: WatchedFile?
        switch source {
        case .given(let timetable):
            (bandwidth, file) = (BandwidthState(timetable, at: minute), nil)
        case .file(let path):
            let watched = WatchedFile(path)
            (bandwidth, file) = (BandwidthState(try Self.timetable(path), at: minute), watched)
        }
        hasFile = file != nil
        self.say = say
        state = Mutex(State(bandwidth: bandwidth, file: file))
        rates.set(upload: bandwidth.rates.up, download: bandwidth.rates.down)
    }

    /// Whether something may change without a signal.
    var needsTicks: Bool { hasFile || !state.withLock(\.bandwidth.isConstant) }

    /// The rates that hold, for people.
    var description: String { RateFormat.text(state.withLock(\.bandwidth.rates)) }

    /// Does what `event` asks for, and says what became of it.
    func handle(_ event: Event, at minute: WeekMinute) {
        let said = state.withLock { state in
            let said = Self.change(&state, event, minute)
            let now = state.bandwidth.rates
            if said != nil { rates.set(upload: now.up, download: now.down) }
            return said
        }
        if let said { say(said) }
    }

    /// Nil: nothing changed.
    private static func change(_ state: inout State, _ event: Event, _ minute: WeekMinute) -> String? {
        if event == .toggle { return state.bandwidth.toggle() }
        guard let file = state.file, state.file?.hasChanged() ?? false || event == .reload else {
            return state.bandwidth.look(at: minute)
        }
        do throws(StorageError) {
            return state.bandwidth.look(at: minute, try timetable(file.path))
        } catch {
            // Until the file changes again, nothing more is said of it, and its last timetable is followed.
            _ = state.bandwidth.look(at: minute)
            return "the bandwidth limit stays \(RateFormat.text(state.bandwidth.scheduled)): \(error)"
        }
    }

    private static func timetable(_ path: String) throws(StorageError) -> RateTimetable {
        let text = try TextFile.contents(path)
        do throws(StorageError) {
            return try TimetableText.timetable(text)
        } catch {
            var placed = error
            placed.location = path
            throw placed
        }
    }
}
