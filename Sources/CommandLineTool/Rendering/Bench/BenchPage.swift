// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StoreBench

/// Measurements as one page of HTML that needs nothing but itself.
struct BenchPage: Sendable {
    let report: BenchReport

    var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>godwit bench: \(escaped(report.location))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <h1>\(escaped(report.location))</h1>
        <p>\(escaped(report.store)), measured \(TimeFormat.local(report.begun)) by godwit \(GodwitCommand.version).</p>
        <ul>
        \(advice)
        </ul>
        \(plots)
        \(peers)
        <h2>Measurements</h2>
        \(measurements)
        </body>
        </html>

        """
    }

    private static let style = """

        body { font: 15px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2em auto; padding: 0 1em; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: 2px 8px; border-bottom: 1px solid #8884; }
        th:first-child, td:first-child { text-align: left; }
        svg { width: 100%; max-width: 640px; display: block; margin: 1em 0; }
        .grid { stroke: #8886; }
        .label { font-size: 12px; fill: currentColor; }
        .heading { font-size: 14px; font-weight: bold; fill: currentColor; }
        :root { color-scheme: light dark; }

        """

    private var advice: String {
        BenchText.advice(report.recommendation, roundTrip: report.roundTrip)
            .map { "<li>\(escaped($0))</li>" }.joined(separator: "\n")
    }

    private var plots: String {
        let whole: [(Measurement.Operation, String)] = [
            (.put, "Writing objects"), (.get, "Reading objects"), (.copy, "Copying within the store"),
        ]
        var text = ""
        for (operation, title) in whole {
            let found = report.measurements.filter { $0.operation == operation }
            // Small objects are limited by requests, large ones by bytes: each has a scale of its own.
            for isLarge in [false, true] {
                let some = found.filter { ($0.size >= 1 << 20) == isLarge }
                text += plot(
                    some, title,
                    isLarge ? "MiB a second, by requests at once" : "objects a second, by requests at once",
                    name: { SizeFormat.bytes($0.size) }, value: { isLarge ? $0.byteRate / 1048576 : $0.callRate })
            }
        }
        text += plot(
            report.measurements.filter { $0.operation == .list }, "Listing", "keys a second, by requests at once",
            name: { _ in "pages" }, value: \.entryRate)
        for (operation, title) in [
            (Measurement.Operation.putParts, "Writing in parts"), (.getParts, "Reading in parts"),
        ] {
            text += plot(
                report.measurements.filter { $0.operation == operation }, title, "MiB a second, by parts at once",
                name: { SizeFormat.bytes($0.partSize ?? 0) }, value: { $0.byteRate / 1048576 })
        }
        return text
    }

    private func plot(
        _ measurements: [Measurement], _ title: String, _ unit: String, name: (Measurement) -> String,
        value: (Measurement) -> Double
    ) -> String {
        var lines: [LinePlot.Line] = []
        for measurement in measurements {
            let point = (x: Double(measurement.concurrency), y: value(measurement))
            if let index = lines.firstIndex(where: { $0.name == name(measurement) }) {
                lines[index].points.append(point)
            } else {
                lines.append(LinePlot.Line(name: name(measurement), points: [point]))
            }
        }
        return LinePlot(title: title, unit: unit, lines: lines).svg
    }

    private var measurements: String {
        table(
            [
                "operation", "object", "part", "at once", "calls/s", "MiB/s", "keys/s", "median", "90 %", "99 %",
                "refused", "failed",
            ],
            report.measurements.map { measurement in
                [
                    measurement.operation.rawValue, measurement.size > 0 ? SizeFormat.bytes(measurement.size) : "",
                    measurement.partSize.map(SizeFormat.bytes) ?? "", String(measurement.concurrency),
                    BenchText.rate(measurement.callRate),
                    measurement.bytes > 0 ? BenchText.rate(measurement.byteRate / 1048576) : "",
                    measurement.entries > 0 ? BenchText.rate(measurement.entryRate) : "",
                ] + [0.5, 0.9, 0.99].map { BenchText.time(measurement.latency.percentile($0)) }
                    + [String(measurement.refusals), String(measurement.failures)]
            })
    }

    private var peers: String {
        guard !report.peers.isEmpty else { return "" }
        return "<h2>The same work by other programs</h2>\n"
            + table(
                ["work", "program", "seconds", "objects/s", "MiB/s", "CPU s"],
                report.peers.map { result in
                    [
                        result.work, result.program, DecimalText.fixed(result.cost.seconds, 2),
                        BenchText.rate(Double(result.objects) / result.cost.seconds),
                        BenchText.rate(Double(result.bytes) / result.cost.seconds / 1048576),
                        DecimalText.fixed(result.cost.processorSeconds, 2),
                    ]
                })
    }

    private func table(_ heads: [String], _ rows: [[String]]) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>\(cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined())</tr>\n"
        }
        return "<table>\n\(row(heads, "th"))\(rows.map { row($0, "td") }.joined())</table>"
    }

    private func escaped(_ text: String) -> String { MarkupText.escaped(text) }
}
