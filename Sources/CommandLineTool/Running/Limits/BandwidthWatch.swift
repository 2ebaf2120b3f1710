// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Settings

#if canImport(Glibc)
    internal import Glibc
#endif

/// What a ``BandwidthControl`` hears of the world: signals, and that time passes. Dispatch tells it, one after the other, on
/// a queue of its own.
final class BandwidthWatch: Sendable {
    private let control: BandwidthControl
    /// Only kept alive: set in the initializer and never touched again, so no two threads meet here.
    nonisolated(unsafe) private let sources: [any DispatchSourceProtocol]

    /// Tells `control` from now on, as long as the process lives: the sources hold the watch as it holds them.
    static func begin(_ control: BandwidthControl) { _ = BandwidthWatch(control) }

    private init(_ control: BandwidthControl) {
        self.control = control
        let queue = DispatchQueue(label: "godwit.bandwidth")
        var heard: [(source: any DispatchSourceProtocol, event: BandwidthControl.Event)] = []
        for (number, event) in [(SIGUSR2, .toggle), (SIGHUP, .reload)] as [(Int32, BandwidthControl.Event)] {
            // Without a file, a terminal that is closed ends the program as ever.
            if event == .reload, !control.hasFile { continue }
            signal(number, SIG_IGN)
            heard.append((DispatchSource.makeSignalSource(signal: number, queue: queue), event))
        }
        if control.needsTicks {
            let timer = DispatchSource.makeTimerSource(queue: queue)
            timer.schedule(deadline: .now() + 1, repeating: 1, leeway: .milliseconds(100))
            heard.append((timer, .tick))
        }
        sources = heard.map(\.source)
        for (source, event) in heard {
            source.setEventHandler { [self] in self.control.handle(event, at: WeekMinute(at: TimeFormat.now)) }
            source.activate()
        }
    }
}
