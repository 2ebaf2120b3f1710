// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine

/// The `--json` lines of a run.
enum EventWriter {
    /// One object's outcome.
    static func outcome(_ outcome: ObjectOutcome, at time: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("type", "object")
            json.string("time", time.rfc3339(fractionDigits: 3))
            members(of: outcome, &json)
        }
        writer.endLine()
        return writer.bytes
    }

    static func notice(_ text: String, key: ObjectKey?, at time: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("type", "notice")
            json.string("time", time.rfc3339(fractionDigits: 3))
            if let key { json.key("key", key) }
            json.string("message", text)
        }
        writer.endLine()
        return writer.bytes
    }

    /// What `--json` and `--report` say of an object.
    static func members(of outcome: ObjectOutcome, _ json: inout JSONWriter) {
        json.key("key", outcome.key)
        json.string("action", outcome.action.rawValue)
        json.string("evidence", outcome.evidence.rawValue)
        json.number("size", outcome.size)
        json.number("attempts", outcome.attempts)
        if let checksum = outcome.checksum {
            json.string("checksum", "\(checksum.algorithm.rawValue):\(checksum.hexadecimal)")
        }
        if !outcome.lost.isEmpty {
            json.array("not_kept") { json in
                for name in outcome.lost.names { json.string(nil, name) }
            }
        }
        if let version = outcome.sourceVersion { json.string("source_version", version) }
        if let version = outcome.targetVersion { json.string("target_version", version) }
        if let error = outcome.error { self.error(error, &json) }
    }

    static func error(_ error: StorageError, _ json: inout JSONWriter) {
        json.object("error") { json in
            json.string("kind", error.kind.rawValue)
            json.string("operation", error.operation.rawValue)
            json.string("location", error.location)
            json.string("message", error.message)
            if let advice = error.advice { json.string("advice", advice) }
            if let service = error.service {
                json.number("status", service.status)
                json.string("code", service.code)
                json.string("request_id", service.requestID)
            }
        }
    }
}
