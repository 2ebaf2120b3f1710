// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("0", 0, 0), ("1700000000", 1_700_000_000, 0), ("1700000000.5", 1_700_000_000, 500_000_000),
            ("1.000000001", 1, 1), ("-1", -1, 0), ("-1.5", -2, 500_000_000), ("-0.25", -1, 750_000_000),
            ("1136214245.123456789", 1_136_214_245, 123_456_789),
        ] as [(String, Int64, UInt32)])
    func decimal(text: String, seconds: Int64, nanoseconds: UInt32) {
        let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        #expect(Timestamp(decimal: text) == time)
        #expect(time.decimal == text)
    }

    @Test func decimalIsReadGenerously() {
        #expect(Timestamp(decimal: "5.1234567891") == Timestamp(seconds: 5, nanoseconds: 123_456_789))
        #expect(Timestamp(decimal: "5.100000000") == Timestamp(seconds: 5, nanoseconds: 100_000_000))
        for text in ["", "-", ".", "1.", ".5", "1e9", " 1", "1 ", "+1", "0x10", "--1", "1.-5", "999999999999999999999"]
        {
            #expect(Timestamp(decimal: text) == nil, "\(text)")
        }
    }

    @Test func decimalAndRFC3339RoundTrip() {
        for _ in 0..<20_000 {
            let time = Timestamp(
                seconds: .random(in: -60_000_000_000...250_000_000_000), nanoseconds: .random(in: 0..<1_000_000_000))
            #expect(Timestamp(decimal: time.decimal) == time)
            let text = time.rfc3339(fractionDigits: 9)
            #expect(Timestamp(rfc3339: text.utf8) == time, "\(text)")
        }
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1), ("2000-02-29T12:00:00Z", 951_825_600),
            ("2024-02-29T23:59:59Z", 1_709_251_199), ("1900-03-01T00:00:00Z", -2_203_891_200),
            ("2106-02-07T06:28:16Z", 4_294_967_296), ("2023-11-14T22:13:20+00:00", 1_700_000_000),
            ("2023-11-15T00:13:20+02:00", 1_700_000_000), ("2023-11-14t17:43:20-04:30", 1_700_000_000),
        ] as [(String, Int64)])
    func rfc3339(text: String, seconds: Int64) {
        let time = Timestamp(rfc3339: text.utf8)
        #expect(time == Timestamp(seconds: seconds))
        if text.hasSuffix("Z") { #expect(time?.rfc3339() == text) }
    }

    @Test func fractionsAreCut() {
        let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 987_654_321)
        #expect(time.rfc3339() == "2023-11-14T22:13:20Z")
        #expect(time.rfc3339(fractionDigits: 3) == "2023-11-14T22:13:20.987Z")
        #expect(Timestamp(rfc3339: "2023-11-14T22:13:20.9876543219Z".utf8) == time)
    }

    @Test(arguments: [
        "", "2023-11-14", "2023-11-14T22:13:20", "2023-13-14T22:13:20Z", "2023-11-14T24:13:20Z", "2023-11-14T22:60:20Z",
        "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20Zx", "2023/11/14T22:13:20Z", "2023-11-14T22:13:20+0200",
        "20231114T221320Z", "2023-00-10T00:00:00Z", "2023-01-00T00:00:00Z",
    ])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(Timestamp(rfc3339: text.utf8) == nil)
    }

    @Test func orderAndDistance() {
        let early = Timestamp(seconds: -2, nanoseconds: 500_000_000)
        let late = Timestamp(seconds: 1, nanoseconds: 250_000_000)
        #expect(early < late && early < Timestamp(seconds: -1))
        #expect(early.distance(to: late) == .milliseconds(2750))
        #expect(late.distance(to: early) == .milliseconds(2750))
    }
}
