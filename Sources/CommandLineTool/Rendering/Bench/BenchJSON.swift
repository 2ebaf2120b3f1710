// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StoreBench

/// Measurements for programs: one JSON object. Times are in seconds, sizes in bytes.
enum BenchJSON {
    static func text(_ report: BenchReport) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("program", "godwit \(GodwitCommand.version)")
            json.string("location", report.location)
            json.string("store", report.store)
            json.string("begun", TimeFormat.localRFC3339(report.begun))
            json.array("measurements") { for measurement in report.measurements { add(measurement, &$0) } }
            json.object("recommendation") { add(report.recommendation, &$0) }
            json.array("programs") { for result in report.peers { add(result, &$0) } }
        }
        writer.endLine()
        return writer.bytes
    }

    private static func add(_ measurement: Measurement, _ json: inout JSONWriter) {
        json.object { json in
            json.string("operation", measurement.operation.rawValue)
            json.number("size", measurement.size)
            if let partSize = measurement.partSize { json.number("part_size", partSize) }
            json.number("concurrency", measurement.concurrency)
            json.number("seconds", measurement.seconds, fractionDigits: 6)
            json.number("calls", measurement.calls)
            json.number("bytes", measurement.bytes)
            json.number("entries", measurement.entries)
            json.number("calls_per_second", measurement.callRate, fractionDigits: 3)
            json.number("bytes_per_second", measurement.byteRate, fractionDigits: 0)
            json.number("entries_per_second", measurement.entryRate, fractionDigits: 0)
            json.number("refused", measurement.refusals)
            json.number("failed", measurement.failures)
            if let failure = measurement.failure { json.string("failure", "\(failure)") }
            json.object("latency") { json in
                let latency = measurement.latency
                json.number("min", latency.min, fractionDigits: 6)
                json.number("p50", latency.percentile(0.5), fractionDigits: 6)
                json.number("p90", latency.percentile(0.9), fractionDigits: 6)
                json.number("p99", latency.percentile(0.99), fractionDigits: 6)
                json.number("max", latency.max, fractionDigits: 6)
            }
        }
    }

    private static func add(_ recommendation: Recommendation, _ json: inout JSONWriter) {
        if let transfers = recommendation.transfers { json.number("transfers", transfers) }
        if let count = recommendation.partsAtOnce { json.number("upload_concurrency", count) }
        if let size = recommendation.partSize { json.number("chunk_size", size) }
        if let count = recommendation.refusedAt {
            json.number("refused_at", count)
            json.number("refused_calls_per_second", recommendation.refusedFrom ?? 0, fractionDigits: 3)
        }
    }

    private static func add(_ result: PeerResult, _ json: inout JSONWriter) {
        json.object { json in
            json.string("program", result.program)
            json.string("work", result.work)
            json.number("objects", result.objects)
            json.number("bytes", result.bytes)
            json.number("seconds", result.cost.seconds, fractionDigits: 6)
            json.number("cpu_seconds", result.cost.processorSeconds, fractionDigits: 6)
        }
    }
}
