// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import Settings

@Suite struct TimetableTests {
    private func rates(_ text: String, _ day: Int, _ hour: Int, _ minute: Int) throws -> RatePair {
        try TimetableText.timetable(text).rates(at: WeekMinute(day: day, hour: hour, minute: minute))
    }

    private func both(_ rate: Int64?) -> RatePair { RatePair(up: rate, down: rate) }

    @Test(
        arguments: [
            ("512", 512 << 10, 512 << 10), ("10M", 10 << 20, 10 << 20), ("1M:2M", 1 << 20, 2 << 20),
            ("off:1K", nil, 1024), ("100B:OFF", 100, nil), ("off", nil, nil), ("0", nil, nil), ("0:1.5K", nil, 1536),
            (" 1M\n", 1 << 20, 1 << 20),
        ] as [(String, Int64?, Int64?)])
    func plainRatesHoldAtAnyTime(_ text: String, _ up: Int64?, _ down: Int64?) throws {
        let timetable = try TimetableText.timetable(text)
        #expect(timetable.isConstant)
        for day in 0..<7 {
            #expect(timetable.rates(at: WeekMinute(day: day, hour: 12, minute: 30)) == RatePair(up: up, down: down))
        }
    }

    @Test func anEntryHoldsUntilTheNext() throws {
        // As in rclone's manual.
        let text = "08:00,512 12:00,10M 13:00,512 18:00,30M 23:00,off"
        for day in 0..<7 {
            for (hour, minute, rate) in [
                (7, 59, nil), (8, 0, 512 << 10), (11, 59, 512 << 10), (12, 0, 10 << 20), (12, 59, 10 << 20),
                (13, 0, 512 << 10), (18, 0, 30 << 20), (22, 59, 30 << 20), (23, 0, nil), (0, 0, nil),
            ] as [(Int, Int, Int64?)] {
                #expect(try rates(text, day, hour, minute) == both(rate), "\(day) \(hour):\(minute)")
            }
        }
        #expect(try !TimetableText.timetable(text).isConstant)
    }

    @Test func daysAreKept() throws {
        // As in rclone's manual, whose text says that Saturday's rate holds until Sunday evening.
        let text = "Mon-00:00,512 FRI-23:59,10M saturday-10:00,1M Sun-20:00,off"
        for (day, hour, minute, rate) in [
            (1, 0, 0, 512 << 10), (3, 12, 0, 512 << 10), (5, 23, 58, 512 << 10), (5, 23, 59, 10 << 20),
            (6, 9, 59, 10 << 20), (6, 10, 0, 1 << 20), (0, 19, 59, 1 << 20), (0, 20, 0, nil), (0, 23, 59, nil),
        ] as [(Int, Int, Int, Int64?)] {
            #expect(try rates(text, day, hour, minute) == both(rate), "\(day) \(hour):\(minute)")
        }
    }

    @Test func theOrderOfEntriesIsNoMatter() throws {
        for text in ["23:00,off 08:00,1M:2M;Sun-09:00,5B", "Sunday-09:00,5B;;08:00,1M:2M 23:00,off"] {
            #expect(try rates(text, 0, 7, 0) == .unlimited)
            #expect(try rates(text, 0, 8, 30) == RatePair(up: 1 << 20, down: 2 << 20))
            #expect(try rates(text, 0, 9, 0) == both(5))
            #expect(try rates(text, 1, 9, 0) == RatePair(up: 1 << 20, down: 2 << 20))
        }
        // The later of two for one minute counts.
        #expect(try rates("08:00,1B Tue-08:00,2B 08:00,3B Wed-08:00,4B", 2, 8, 0) == both(3))
        #expect(try rates("08:00,1B Tue-08:00,2B 08:00,3B Wed-08:00,4B", 3, 8, 0) == both(4))
        #expect(try TimetableText.timetable("08:00,1M\n09:00,1M").isConstant)
    }

    @Test(
        arguments: [
            "24:00,1M", "08:60,1M", "8:00,1M", "08:0,1M", "0800,1M", "Foo-08:00,1M", "M-08:00,1M", "Mon-Tue-08:00,1M",
            "-08:00,1M", "Mon-,1M", "08:00,1M,2M", "08:00,fast", "08:00,1M:2M:3M", "08:00,", ",1M", "08:00,-1",
            "+8:00,1M", "Mondays-08:00,1M", "1M",
        ])
    func aMalformedEntryIsNamed(_ entry: String) {
        let error = #expect(throws: StorageError.self) { try TimetableText.timetable("07:00,1M \(entry) 09:00,off") }
        #expect(error?.message.contains("\"\(entry)\"") == true, "\(String(describing: error))")
        #expect(error?.kind == .invalidConfiguration)
    }

    @Test(arguments: ["", " ", ";", "fast", "1:2:3", "1M:", ":1M", "-1", "off:fast", "1M 2M"])
    func refusesWhatIsNoRate(_ text: String) {
        #expect(throws: StorageError.self) { try TimetableText.timetable(text) }
    }

    @Test func aTimeAloneIsTwoRates() throws {
        // As with rclone: there is no comma.
        #expect(try TimetableText.timetable("08:00") == RateTimetable(RatePair(up: 8 << 10, down: nil)))
    }

    /// The minute lies in the machine's own time zone, so that only what is the same in any can be told.
    @Test func minutesOfTheWeekGoOn() {
        let noon = Timestamp(seconds: 1_767_268_800)
        let first = WeekMinute(at: noon)
        for minutes in [1, 59, 600] as [Int64] {
            let later = WeekMinute(at: Timestamp(seconds: noon.seconds + 60 * minutes))
            #expect((first.value + Int(minutes)) % WeekMinute.count == later.value)
        }
        let sameMinute = WeekMinute(at: Timestamp(seconds: noon.seconds + 59))
        #expect(sameMinute == first)
        // Thursday, give or take the zone.
        #expect((3...5).contains(first.value / 1440))
    }
}
