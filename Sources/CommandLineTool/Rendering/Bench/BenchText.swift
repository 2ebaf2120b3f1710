// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StoreBench

/// Measurements for people, a line each, at most 80 columns wide.
enum BenchText {
    static let header = line(["operation", "object", "part", "at once", "a second", "rate", "median", "99 %"])

    static func line(_ measurement: Measurement) -> String {
        let isList = measurement.operation == .list
        let refused = measurement.refusals > 0 ? "  \(measurement.refusals) refused" : ""
        let failed = measurement.failures > 0 ? "  \(measurement.failures) failed" : ""
        return line([
            measurement.operation.rawValue, measurement.size > 0 ? SizeFormat.bytes(measurement.size) : "",
            measurement.partSize.map(SizeFormat.bytes) ?? "", String(measurement.concurrency),
            rate(measurement.callRate),
            isList
                ? rate(measurement.entryRate / 1000) + "k keys/s"
                : measurement.bytes > 0 ? SizeFormat.short(measurement.byteRate) + "/s" : "",
            time(measurement.latency.percentile(0.5)), time(measurement.latency.percentile(0.99)),
        ]) + refused + failed
    }

    static func line(_ result: PeerResult) -> String {
        DecimalText.left(result.program, 10) + DecimalText.left(result.work, 20)
            + DecimalText.right(rate(Double(result.objects) / result.cost.seconds), 10) + " objects/s"
            + DecimalText.right(SizeFormat.short(Double(result.bytes) / result.cost.seconds) + "/s", 14)
            + DecimalText.right(DecimalText.fixed(result.cost.processorSeconds, 2), 9) + " CPU s"
    }

    /// What to do with it, a line each.
    static func advice(_ recommendation: Recommendation, roundTrip: Double?) -> [String] {
        var lines: [String] = []
        if let roundTrip { lines.append("A round trip takes \(time(roundTrip)).") }
        if let transfers = recommendation.transfers {
            lines.append(
                "Small objects: \(transfers) at once bring nearly the most; godwit finds that by itself. Of others: "
                    + "rclone --transfers \(transfers), s5cmd --numworkers \(transfers).")
        }
        if let count = recommendation.partsAtOnce, let size = recommendation.partSize {
            lines.append(
                "Large objects: --s3-upload-concurrency \(count) --s3-chunk-size \(SizeFormat.suffix(size)) bring nearly "
                    + "the most with the least memory.")
        }
        if let count = recommendation.refusedAt {
            lines.append(
                "The store refused some from \(count) at once, \(rate(recommendation.refusedFrom ?? 0)) a second.")
        } else {
            lines.append("The store refused nothing.")
        }
        return lines
    }

    /// `812`, `81.2`, `8.12`.
    static func rate(_ value: Double) -> String { DecimalText.fixed(value, value >= 100 ? 0 : value >= 10 ? 1 : 2) }

    /// `256`.
    static func count(_ value: Double) -> String { String(Int(value)) }

    /// `0.42 ms`, `12.3 ms`, `1.25 s`.
    static func time(_ seconds: Double) -> String {
        seconds < 1 ? rate(seconds * 1000) + " ms" : DecimalText.fixed(seconds, 2) + " s"
    }

    private static func line(_ cells: [String]) -> String {
        let widths = [9, 10, 8, 8, 10, 13, 10, 10]
        let rest = zip(cells, widths).dropFirst().map { DecimalText.right($0, $1) }
        return DecimalText.left(cells[0], widths[0]) + rest.joined()
    }
}
