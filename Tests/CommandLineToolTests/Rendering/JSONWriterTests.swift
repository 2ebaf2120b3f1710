// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import SyncEngine
import Testing

@testable import CommandLineTool

@Suite struct JSONWriterTests {
    private func written(html: Bool = false, _ members: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(escapesForHTML: html)
        writer.object(nil, members)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func structure() {
        let text = written { json in
            json.string("a", "x")
            json.object("b") { json in
                json.number("c", 1)
                json.boolean("d", true)
            }
            json.array("e") { json in
                json.number(nil, 1)
                json.number(nil, 2.5, fractionDigits: 2)
            }
            json.object("f") { _ in }
        }
        #expect(text == #"{"a":"x","b":{"c":1,"d":true},"e":[1,2.50],"f":{}}"#)
    }

    @Test func escapes() throws {
        let hostile = "\"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}é😀\u{2028}</script>"
        let text = written { $0.string("k", hostile) }
        #expect(text.hasPrefix(#"{"k":"\"\\\n\r\t\b\f\u0001"#))
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
        #expect(parsed?["k"] == hostile)
        let html = written(html: true) { $0.string("k", "<&>\u{2028}") }
        #expect(html == #"{"k":"\u003c\u0026\u003e\u2028"}"#)
    }

    @Test("A key that is not UTF-8 stays exact in hexadecimal")
    func badKey() {
        let key = ObjectKey(SharedBytes([0x62, 0xff, 0xc3, 0x28]))
        #expect(written { $0.key("key", key) } == #"{"key":"b\ufffd\ufffd(","key_hex":"62ffc328"}"#)
        #expect(written { $0.key("key", ObjectKey("é")) } == #"{"key":"é"}"#)
    }

    @Test(
        "Malformed UTF-8 is found",
        arguments: [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80], [0xf8]])
    func malformed(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { #expect(UTF8Sequence.length(of: $0, at: 0) == 0) }
    }

    @Test func outcome() throws {
        var error = StorageError(
            .permissionDenied, during: .read, at: "s3://b", message: "Access Denied", advice: "ask",
            service: .init(status: 403, code: "AccessDenied", requestID: "R1"))
        error.key = ObjectKey("k")
        let outcome = ObjectOutcome(
            key: ObjectKey("a\nb"), action: .failed, evidence: .absent, size: 3, attempts: 2, error: error)
        let line = EventWriter.outcome(outcome, at: Timestamp(seconds: 0))
        #expect(line.last == UInt8(ascii: "\n") && line.count { $0 == UInt8(ascii: "\n") } == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(object["type"] as? String == "object")
        #expect(object["time"] as? String == "1970-01-01T00:00:00.000Z")
        #expect(object["key"] as? String == "a\nb")
        #expect((object["error"] as? [String: Any])?["request_id"] as? String == "R1")
    }

    @Test("The summary has exactly the promised names")
    func summary() throws {
        let requests = RequestLedger()
        requests.count(.head)
        var report = SyncReport()
        report.objects.serverCopied = 3
        report.elapsed = .milliseconds(1500)
        let summary = RunSummary(
            run: "id", source: "a", target: "b", report: report, requests: requests, exit: .someFailed)
        let line = summary.line(at: Timestamp(seconds: 0))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        for name in "type time run source target objects bytes requests retries elapsed_seconds estimated_cost_usd exit"
            .split(separator: " ")
        {
            #expect(object[String(name)] != nil, "\(name)")
        }
        let objects = try #require(object["objects"] as? [String: Int])
        #expect(
            Set(objects.keys) == [
                "listed_source", "listed_target", "checked", "transferred", "server_copied", "metadata_updated",
                "skipped", "deleted", "failed",
            ])
        #expect(objects["server_copied"] == 3)
        #expect(Set((object["bytes"] as? [String: Int] ?? [:]).keys) == ["transferred", "server_copied", "deleted"])
        let counts = try #require(object["requests"] as? [String: Int])
        #expect(Set(counts.keys) == ["list", "head", "get", "put", "post", "copy", "delete"] && counts["head"] == 1)
        #expect(object["exit"] as? Int == 6 && object["elapsed_seconds"] as? Double == 1.5)
    }

    @Test func runIdentifier() {
        #expect(RunSummary.identifier(at: Timestamp(seconds: 0), random: 255) == "19700101T000000Z-000000ff")
    }

    @Test func reportRows() {
        let outcome = ObjectOutcome(
            key: ObjectKey("a,\"b"), action: .transferred, evidence: .size, size: 3,
            checksum: Checksum(.crc32, [0, 1, 2, 0xff]), lost: [.tags, .lock])
        var version = outcome
        (version.sourceVersion, version.targetVersion) = ("s1", "t2")
        let mapped = String(decoding: ReportFile.row(version, .csv, hasVersions: true), as: UTF8.self)
        #expect(mapped.hasSuffix(",,tags lock,s1,t2\r\n"))
        let csv = String(decoding: ReportFile.row(outcome, .csv), as: UTF8.self)
        #expect(csv == "\"a,\"\"b\",transferred,size,3,1,crc32:000102ff,,tags lock\r\n")
        let json = String(decoding: ReportFile.row(outcome, .jsonLines), as: UTF8.self)
        #expect(json.hasPrefix(#"{"key":"a,\"b","action":"transferred","evidence":"size","size":3,"#))
        #expect(json.contains(#""not_kept":["tags","lock"]"#))
    }
}
