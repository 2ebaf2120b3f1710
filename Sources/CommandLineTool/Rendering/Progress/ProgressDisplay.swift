// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import SyncEngine

/// Shows how a run goes on until its task is cancelled: drawn in place on a terminal, as log lines elsewhere.
struct ProgressDisplay: Sendable {
    private static let redrawInterval = Duration.milliseconds(200)

    private let context: ToolContext
    private let counters: SyncProgress
    private let tracker: ProgressTracker
    private let isOneLine: Bool
    private let isDrawn: Bool
    private let interval: Duration

    /// Whether anything is to be shown: there is a terminal, or somebody asked.
    static func isWanted(_ flags: ProgressFlags, _ context: ToolContext) -> Bool {
        guard context.logger.logLevel <= .notice else { return false }
        return draws(flags, context) || flags.progress || flags.statsOneLine || flags.stats != nil
            || context.logger.logLevel <= .info
    }

    /// Data on the same terminal would be torn by lines that are redrawn.
    private static func draws(_ flags: ProgressFlags, _ context: ToolContext) -> Bool {
        context.drawsProgress && !(flags.json && Terminal.isTerminal(1))
    }

    /// Nil when nothing is to be shown.
    init?(_ flags: ProgressFlags, _ context: ToolContext, counters: SyncProgress, tracker: ProgressTracker) {
        guard Self.isWanted(flags, context) else { return nil }
        self.context = context
        self.counters = counters
        self.tracker = tracker
        isOneLine = flags.statsOneLine
        isDrawn = Self.draws(flags, context)
        interval = isDrawn ? Self.redrawInterval : flags.stats?.duration ?? .seconds(60)
        if interval <= .zero { return nil }
    }

    func show() async {
        var bytes = RateMeter(), objects = RateMeter()
        let clock = ContinuousClock(), begun = clock.now
        while true {
            do { try await clock.sleep(for: interval) } catch { break }
            var now = ProgressSnapshot(counters.snapshot)
            let inFlight = counters.bytesInFlight
            now.bytesDone += inFlight.values.reduce(0, +)
            now.elapsed = (clock.now - begun) / .seconds(1)
            bytes.sample(Double(now.bytesDone), at: now.elapsed)
            objects.sample(Double(now.objectsDone), at: now.elapsed)
            (now.byteRate, now.objectRate) = (bytes.perSecond, objects.perSecond)
            if isDrawn {
                now.transfers = tracker.transfers(bytesInFlight: inFlight)
                context.console.draw(lines(now))
            } else {
                context.notice("\(ProgressLayout.line(now))")
            }
        }
        if isDrawn { context.console.draw([]) }
    }

    private func lines(_ now: ProgressSnapshot) -> [String] {
        // The last column stays free: a full line would wrap on some terminals.
        let columns = max(1, Terminal.columns(2) - 1)
        return isOneLine
            ? [DisplayWidth.truncated(ProgressLayout.line(now), to: columns)]
            : ProgressLayout.block(now, columns: columns)
    }
}
