// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import CommandLineTool

@Suite struct ProgressTests {
    private var busy: ProgressSnapshot {
        var now = ProgressSnapshot()
        now.bytesDone = 1_288_490_189
        now.bytesTotal = 4_831_838_208
        now.objectsDone = 1234
        now.objectsTotal = 5000
        now.checked = 10_000
        now.listed = 15_000
        now.failed = 2
        now.byteRate = 108_000_000
        now.objectRate = 45.2
        now.elapsed = 75
        now.transfers = (1...7).map {
            .init(name: "some/long/directory/with/日本語/and-a-long-name-\($0).bin", done: 50, size: 100)
        }
        return now
    }

    @Test func transfersShowWhatIsThroughOfTheirParts() {
        let tracker = ProgressTracker()
        for name in ["a", "b"] { tracker.began(ObjectKey(name), size: 100) }
        tracker.moved(ObjectKey("a"), bytes: 50)
        let transfers = tracker.transfers(bytesInFlight: [ObjectKey("a"): 5, ObjectKey("b"): 7])
        #expect(transfers.map(\.name) == ["a", "b"])
        #expect(transfers.map(\.done) == [55, 7])
    }

    @Test("Nothing is wider than the terminal", arguments: [1, 5, 10, 20, 39, 40, 59, 60, 79, 80, 200])
    func widths(_ columns: Int) {
        let lines = ProgressLayout.block(busy, columns: columns)
        #expect(lines.count == 8)
        for line in lines { #expect(DisplayWidth.of(line) <= columns, "\(line)") }
    }

    @Test func wide() {
        let lines = ProgressLayout.block(busy, columns: 79)
        #expect(lines[0] == "Bytes:   1.2 GiB / 4.5 GiB+, 26%, ETA 1m23s, 103 MiB/s")
        #expect(lines[1] == "Objects: 1234 / 5000+, 2 failed, 45/s, checked 10000, listed 15000")
        #expect(lines[2].hasSuffix("and-a-long-name-1.bin  50% of 100 B"))
        #expect(lines[7] == " + 2 more in flight")
    }

    @Test func narrow() {
        let lines = ProgressLayout.block(busy, columns: 39)
        #expect(lines[0] == "Bytes: 1.2 GiB / 4.5 GiB+, 26%")
        #expect(lines[1] == "Objects: 1234 / 5000+, 2 failed, 45/s")
        #expect(lines[2] == " * …h/日本語/and-a-long-name-1.bin  50%")
    }

    @Test func oneLine() {
        #expect(!ProgressLayout.line(busy).contains("\n"))
        #expect(ProgressLayout.line(ProgressSnapshot()).hasPrefix("0 B / 0 B+, ETA -"))
    }

    @Test("The later end of bytes and of objects counts")
    func remaining() {
        var now = ProgressSnapshot()
        #expect(now.secondsLeft == nil)
        now.bytesTotal = 1000
        now.byteRate = 100
        now.objectsTotal = 100
        now.objectsDone = 50
        now.objectRate = 1
        #expect(now.secondsLeft == 50)
        now.objectRate = 1000
        #expect(now.secondsLeft == 10)
        now.byteRate = nil
        #expect(now.secondsLeft == nil)
        now.bytesDone = 1000
        now.objectRate = 10
        #expect(now.secondsLeft == 5)
    }

    @Test("A steady rate shows from the second sample on, a change settles")
    func rate() throws {
        var meter = RateMeter()
        meter.sample(0, at: 0)
        #expect(meter.perSecond == nil)
        meter.sample(100, at: 1)
        #expect(abs(try #require(meter.perSecond) - 100) < 1e-9)
        for second in 2...60 { meter.sample(100 + Double(second - 1) * 500, at: Double(second)) }
        #expect(abs(try #require(meter.perSecond) - 500) < 1)
        meter.sample(1e9, at: 60)
        #expect(abs(try #require(meter.perSecond) - 500) < 1, "no time has passed")
    }

    @Test func displayWidth() {
        #expect(DisplayWidth.of("abc") == 3)
        #expect(DisplayWidth.of("日本") == 4)
        #expect(DisplayWidth.of("e\u{301}") == 1)
        #expect(DisplayWidth.truncated("abcdef", to: 4) == "abc…")
        #expect(DisplayWidth.truncatedAtStart("abcdef", to: 4) == "…def")
        #expect(DisplayWidth.truncatedAtStart("日本語", to: 4) == "…語")
        #expect(DisplayWidth.truncated("abc", to: 3) == "abc")
        #expect(DisplayWidth.truncated("abc", to: 0) == "")
    }
}
