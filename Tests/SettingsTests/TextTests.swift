// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import Settings

@Suite struct TextTests {
    @Test(
        arguments: [
            ("0", 0), ("1", 1024), ("16384", 16 << 20), ("16M", 16 << 20), ("16Mi", 16 << 20), ("16MiB", 16 << 20),
            ("5b", 5), ("7B", 7), ("1.5k", 1536), ("0.5G", 1 << 29), ("3T", 3 << 40), ("1p", 1 << 50), ("1E", 1 << 60),
            ("9007199254740993B", 9_007_199_254_740_993), (".5K", 512),
        ] as [(String, Int64)])
    func readsSizes(_ text: String, _ bytes: Int64) throws {
        #expect(try SizeText.bytes(text) == bytes)
    }

    @Test(arguments: ["", "M", "-1", "+1", "1KB", "1Bi", "iB", "1x", "1 M", "1e3", "nan", "8E", "99999999P", "1.2.3"])
    func refusesWhatIsNoSize(_ text: String) {
        #expect(throws: StorageError.self) { try SizeText.bytes(text) }
    }

    @Test func offIsNoLimit() throws {
        #expect(try SizeText.limit("off") == nil)
        #expect(try SizeText.limit("1K") == 1024)
    }

    @Test(
        arguments: [
            ("0", .zero), ("90", .seconds(90)), ("1h30m", .seconds(5400)), ("2d", .seconds(172_800)),
            ("1w", .seconds(604_800)), ("1M", .seconds(2_592_000)), ("1y", .seconds(31_536_000)),
            ("1.5h", .seconds(5400)), ("500ms", .milliseconds(500)), ("1m1ms", .milliseconds(60_001)),
            ("10ns", .nanoseconds(10)), ("-2s", .seconds(-2)), ("1d12h", .seconds(129_600)),
        ] as [(String, Duration)])
    func readsDurations(_ text: String, _ duration: Duration) throws {
        #expect(try DurationText.duration(text) == duration)
    }

    @Test(arguments: ["", "-", "h", "1x", "1h30", "1 h", "1e400s", "99999999999999999y"])
    func refusesWhatIsNoDuration(_ text: String) {
        #expect(throws: StorageError.self) { try DurationText.duration(text) }
    }

    @Test func agesAreDurationsOrTimes() throws {
        let now = Timestamp(seconds: 1_767_225_600)  // 2026-01-01T00:00:00Z
        #expect(try AgeText.age("2d", now: now) == .seconds(172_800))
        #expect(try AgeText.age("2025-12-31T23:59:00Z", now: now) == .seconds(60))
        #expect(try AgeText.age("2026-01-01T02:00:00+01:00", now: now) == .seconds(-3600))
        // A local date lies within a day of the same date in UTC.
        let local = try AgeText.age("2025-12-25", now: now)
        #expect(local > .seconds(6 * 86_400) && local < .seconds(8 * 86_400))
        #expect(throws: StorageError.self) { try AgeText.age("yesterday", now: now) }
    }

    @Test func suggestsTheNearestName() {
        #expect(Suggestion.nearest(to: "regoin", among: ["region", "profile"]) == "region")
        #expect(Suggestion.nearest(to: "zzz", among: ["region"]) == nil)
    }

    @Test func redactionHidesTheLongestFirst() {
        #expect(Redaction.hiding(["ab", "abc", ""], in: "x abc ab") == "x (secret) (secret)")
    }
}
