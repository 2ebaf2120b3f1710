// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Shows how a run goes on until its task is cancelled: drawn in place on a terminal, as log lines elsewhere.
struct ProgressDisplay: Sendable {
    private static let redrawInterval = Duration.milliseconds(200)

    let tracker = ProgressTracker()
    private let context: ToolContext
    private let isDrawn: Bool
    private let isOneLine: Bool
    private let interval: Duration

    /// Nil when nothing is to be shown: no terminal and nobody asked.
    init?(_ flags: ProgressFlags, _ context: ToolContext) {
        self.context = context
        isDrawn = context.drawsProgress
        isOneLine = flags.statsOneLine
        let asked = flags.progress || flags.statsOneLine || flags.stats != nil || context.logger.logLevel <= .info
        guard isDrawn || asked, context.logger.logLevel <= .notice else { return nil }
        interval = isDrawn ? Self.redrawInterval : flags.stats?.duration ?? .seconds(60)
        if interval <= .zero { return nil }
    }

    func show() async {
        var bytes = RateMeter(), objects = RateMeter()
        let clock = ContinuousClock(), begun = clock.now
        while true {
            do { try await clock.sleep(for: interval) } catch { break }
            var now = tracker.snapshot
            now.elapsed = (clock.now - begun) / .seconds(1)
            bytes.sample(Double(now.bytesDone), at: now.elapsed)
            objects.sample(Double(now.objectsDone), at: now.elapsed)
            (now.byteRate, now.objectRate) = (bytes.perSecond, objects.perSecond)
            if isDrawn {
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
