// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine

/// The last event of a run; scripts rely on every name in it.
struct RunSummary {
    var run: String
    var source: String
    var target: String
    var report: SyncReport
    var requests: RequestLedger
    var exit: ExitStatus
    /// Nil for a run that lists from the start.
    var resumed: Resumed?

    /// The earlier run that this one went on with.
    struct Resumed: Sendable {
        var run: String
        /// The listings up to this key are that run's; nil: there are none of either.
        var upTo: ObjectKey?
        /// When they were made, or began to be.
        var listed: Timestamp
    }

    /// An id for a run that begins at `time`: sortable, and unlike any other.
    static func identifier(at time: Timestamp, random: UInt32) -> String {
        let digits = String(random, radix: 16)
        let stamp = time.rfc3339().filter { $0 != "-" && $0 != ":" }
        return "\(stamp)-\(String(repeating: "0", count: 8 - digits.count))\(digits)"
    }

    func line(at time: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("type", "summary")
            json.string("time", time.rfc3339(fractionDigits: 3))
            json.string("run", run)
            json.string("source", source)
            json.string("target", target)
            json.object("objects", objects)
            json.object("bytes") { json in
                json.number("transferred", report.bytes.transferred)
                json.number("server_copied", report.bytes.serverCopied)
                json.number("deleted", report.bytes.deleted)
            }
            json.object("requests", requestCounts)
            json.object("differences") { json in
                json.number("only_source", report.differences.onlySource)
                json.number("only_target", report.differences.onlyTarget)
                json.number("differing", report.differences.differing)
                json.number("not_comparable", report.differences.notComparable)
            }
            json.number("length_only", report.lengthOnly)
            json.object("not_kept") { json in
                for (name, _) in Attributes.names {
                    if let count = report.notKept[name] { json.member(name, count) }
                }
            }
            json.object("archived") { json in
                json.number("objects", report.archived.objects)
                json.number("bytes", report.archived.bytes)
                json.number("restoring", report.archived.restoring)
                json.number("restores_begun", report.restoresBegun)
            }
            if let resumed {
                json.object("resumed") { json in
                    json.string("run", resumed.run)
                    if let key = resumed.upTo { json.key("listed_up_to", key) }
                    json.string("listed", resumed.listed.rfc3339(fractionDigits: 3))
                }
            }
            json.number("retries", report.retries)
            json.number("elapsed_seconds", report.elapsed / .seconds(1), fractionDigits: 3)
            json.number("estimated_cost_usd", cost, fractionDigits: 6)
            json.number("exit", exit.rawValue)
        }
        writer.endLine()
        return writer.bytes
    }

    /// Of the requests, at the prices of S3.
    private var cost: Double {
        RequestCost.dollars(
            writes: [.put, .post, .copy, .list].reduce(0) { $0 + Int(requests[$1]) },
            reads: Int(requests[.get]) + Int(requests[.head]))
    }

    private func objects(_ json: inout JSONWriter) {
        let objects = report.objects
        json.number("listed_source", objects.listedSource)
        json.number("listed_target", objects.listedTarget)
        json.number("checked", objects.checked)
        json.number("transferred", objects.transferred)
        json.number("server_copied", objects.serverCopied)
        json.number("metadata_updated", objects.metadataUpdated)
        json.number("skipped", objects.skipped)
        json.number("deleted", objects.deleted)
        json.number("failed", objects.failed)
    }

    private func requestCounts(_ json: inout JSONWriter) {
        json.number("list", requests[.list])
        json.number("head", requests[.head])
        json.number("get", requests[.get])
        json.number("put", requests[.put])
        json.number("post", requests[.post])
        json.number("copy", requests[.copy])
        json.number("delete", requests[.delete])
    }
}
