// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Logging
import StorageModel
import SyncEngine
import Testing

@testable import CommandLineTool

@Suite struct TextFormatTests {
    @Test func sizes() {
        #expect(SizeFormat.bytes(0) == "0 B")
        #expect(SizeFormat.bytes(1023) == "1023 B")
        #expect(SizeFormat.bytes(1024) == "1 KiB")
        #expect(SizeFormat.bytes(1536) == "1.500 KiB")
        #expect(SizeFormat.bytes(3_000_017) == "2.861 MiB")
        #expect(SizeFormat.suffix(3_000_000) == "2.861Mi")
        #expect(SizeFormat.count(999) == "999")
        #expect(SizeFormat.count(1000) == "1k")
        #expect(SizeFormat.count(1234) == "1.234k")
        #expect(SizeFormat.short(999) == "999 B")
        #expect(SizeFormat.short(1000) == "1.0 KiB")
        #expect(SizeFormat.short(1.5 * 1024 * 1024) == "1.5 MiB")
        #expect(SizeFormat.short(900 * 1024) == "900 KiB")
    }

    @Test func decimals() {
        #expect(DecimalText.fixed(1.005, 2) == "1.00")
        #expect(DecimalText.fixed(-0.001, 2) == "0.00")
        #expect(DecimalText.fixed(-1.5, 1) == "-1.5")
        #expect(DecimalText.fixed(2.999, 2) == "3.00")
        #expect(DecimalText.right("12", 4) == "  12" && DecimalText.left("12", 4) == "12  ")
        #expect(DecimalText.right("12345", 4) == "12345")
    }

    @Test func durations() {
        #expect(TimeFormat.duration(seconds: nil) == "-")
        #expect(TimeFormat.duration(seconds: 59.4) == "59s")
        #expect(TimeFormat.duration(seconds: 192) == "3m12s")
        #expect(TimeFormat.duration(seconds: 7500) == "2h5m")
        #expect(TimeFormat.duration(seconds: 90_000) == "1d1h")
        #expect(TimeFormat.duration(seconds: .infinity) == "-")
        #expect(TimeFormat.short(seconds: 0.44) == "0.4s")
    }

    @Test("Names are one line each, and reversibly so")
    func names() {
        func shown(_ text: String) -> String { String(decoding: NameText.line(ObjectKey(text)), as: UTF8.self) }
        #expect(shown("a/b c") == "a/b c")
        #expect(shown("n\nl\u{7f}\u{1b}") == "n␊l␡␛")
        #expect(shown("n␊l") == "n‛␊l")
        #expect(NameText.line(ObjectKey(SharedBytes([0x62, 0xff]))) == [0x62, 0xff])
    }

    @Test func csv() {
        func quoted(_ text: String) -> String { String(decoding: CSVField.quoted(Array(text.utf8)), as: UTF8.self) }
        #expect(quoted("plain") == "plain")
        #expect(quoted("a,b") == "\"a,b\"")
        #expect(quoted("a\"b") == "\"a\"\"b\"")
        #expect(quoted(" a") == "\" a\"")
    }

    @Test("A field of a report is no formula, and one apostrophe goes to have it back")
    func formulas() {
        func harmless(_ text: String) -> String { String(decoding: CSVField.harmless(Array(text.utf8)), as: UTF8.self) }
        #expect(harmless("=HYPERLINK(\"x\")") == "\"'=HYPERLINK(\"\"x\"\")\"")
        for first in ["=", "+", "-", "@", "\t", "'"] { #expect(harmless(first + "1") == "'\(first)1") }
        #expect(harmless("\r=1") == "\"'\r=1\"")
        #expect(harmless("a=1") == "a=1" && harmless("") == "")
    }

    @Test func messages() {
        let format = MessageFormat(isJSON: true)
        let line = format.line(.error, "no \"luck\"", key: "a\nb", at: Timestamp(seconds: 0))
        #expect(
            line == #"{"time":"1970-01-01T00:00:00.000000Z","level":"error","key":"a\nb","message":"no \"luck\""}"#)
        let text = MessageFormat().line(.error, "text", key: "a\n\u{1b}[2J", at: Timestamp(seconds: 0))
        #expect(text.hasSuffix(#" ERROR : a\n\u{1b}[2J: text"#))
        let forged = MessageFormat().line(
            .notice, "ok\n2026/01/01 ERROR : all is lost", key: nil, at: Timestamp(seconds: 0))
        #expect(!forged.contains("\n"))
    }

    @Test func closing() {
        var report = SyncReport()
        report.objects.transferred = 2
        report.bytes.transferred = 2 << 20
        report.objects.skipped = 3
        report.objects.deleted = 1
        report.elapsed = .seconds(2)
        #expect(
            RunMessages.closing(report, dryRun: false)
                == "2 transferred (2.0 MiB, 1.0 MiB/s), 3 unchanged, 1 deleted in 2.0s")
    }

    @Test("check tells both directions and what matches")
    func checkClosing() {
        var report = SyncReport()
        report.objects.checked = 8
        report.differences.onlySource = 1
        report.differences.onlyTarget = 1
        report.differences.differing = 1
        #expect(
            RunMessages.checkClosing(report, source: "S", target: "T") == [
                "T: 1 files missing", "S: 1 files missing", "T: 3 differences found", "T: 7 matching files",
            ])
    }
}
