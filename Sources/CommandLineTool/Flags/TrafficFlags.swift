// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Settings
internal import StorageModel

/// How fast bytes and requests go, all remotes of the command together.
struct TrafficFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The most bytes a second: RATE, UP:DOWN, or a timetable in local time, \"08:00,512K 19:00,2M:10M Sat-00:00,off\"; "
                + "@FILE: what FILE says, read again when it changes or SIGHUP comes; off: no limit. SIGUSR2 lifts the limit, "
                + "and the next one sets it again.", valueName: "rate"),
        transform: bandwidth)
    var bwlimit: BandwidthControl.Source?
    @Option(
        help: ArgumentHelp(
            "The most bytes a second of each object by itself: RATE or UP:DOWN.",
            valueName: "rate"),
        transform: rates)
    var bwlimitFile: RatePair?
    @Option(help: ArgumentHelp("The most requests a second, retries included; 0: no limit.", valueName: "n"))
    var tpslimit: Double?
    @Option(help: ArgumentHelp("Requests that may go out at once after a pause (default: 1).", valueName: "n"))
    var tpslimitBurst: Int?

    func validate() throws {
        if let tpslimit, !(tpslimit >= 0 && tpslimit <= 1e9) {
            throw ValidationError("--tpslimit must be a number of requests a second, or 0 for no limit.")
        }
        guard let tpslimitBurst else { return }
        if tpslimitBurst < 1 { throw ValidationError("--tpslimit-burst must be at least 1.") }
        if tpslimit == nil { throw ValidationError("--tpslimit-burst needs --tpslimit.") }
    }

    private static func bandwidth(_ text: String) throws -> BandwidthControl.Source {
        guard text.hasPrefix("@") else { return .given(try timetable(text)) }
        let file = String(text.dropFirst())
        guard !file.isEmpty, file != "-" else {
            throw ValidationError("the limit must be in a file that can be read again")
        }
        return .file(file)
    }

    private static func rates(_ text: String) throws -> RatePair {
        let timetable = try timetable(text)
        guard timetable.isConstant else { throw ValidationError("an object's limit is one rate, not a timetable") }
        return timetable.entries[0].rates
    }

    /// For the parser, which says why the value is refused.
    private static func timetable(_ text: String) throws -> RateTimetable {
        do throws(StorageError) {
            return try TimetableText.timetable(text)
        } catch {
            throw ValidationError([error.message, error.advice].compactMap { $0 }.joined(separator: "; "))
        }
    }

    /// Nil: no limit.
    var requestLimit: RequestLimit? {
        guard let tpslimit, tpslimit > 0 else { return nil }
        return RequestLimit(perSecond: tpslimit, burst: tpslimitBurst ?? 1)
    }

    /// Where the rates come from; nil: there are none, and never will be.
    private var source: BandwidthControl.Source? {
        if case .given(let timetable) = bwlimit, timetable.isConstant, timetable.entries[0].rates.isUnlimited {
            return nil
        }
        return bwlimit
    }

    /// The rates, which follow time, file and signals from now on; nil: no limit.
    func rates(_ context: ToolContext) throws(StorageError) -> TransferRates? {
        guard let source else { return nil }
        let control = try BandwidthControl(source, at: WeekMinute(at: TimeFormat.now)) { context.notice($0) }
        BandwidthWatch.begin(control)
        context.info("bandwidth limit: \(control.description)")
        return control.rates
    }
}
