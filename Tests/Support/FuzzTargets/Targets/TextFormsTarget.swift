// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import Settings
import StorageModel

@testable import BackendS3

/// Times, digests, sizes, durations and rates as text: what is read is written and read again the same, and two readers of one
/// form agree.
enum TextFormsTarget: FuzzTarget {
    static let name = "text-forms"
    static let lengthMax = 64

    static let seeds = [
        "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05+01:00", "1700000000.5", "-1.5", "AAAA", "w6k=", "0aff",
        "Sun, 06 Nov 1994 08:49:37 GMT", "1h30m", "2d", "500ms", "64M", "1.5Gi", "off",
        "Mon-08:00,512K:off 19:00,10M",
        "d41d8cd98f00b204e9800998ecf8427e-12",
    ]

    static let dictionary = [
        "T", "Z", ":", "-", ".", "0", "9", "99", "0000", "GMT", "Feb", "µs", "y", "E", "iB", "+", "inf", "nan", "1e999",
        "==", "-10000", ",", ";", " ", "off", "Tuesday-",
    ]

    static func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        if let time = Timestamp(rfc3339: input) {
            let written = time.rfc3339(fractionDigits: 9)
            // Years beyond four digits have no such form.
            if (0...9999).contains(time.calendar.year) {
                try require(Timestamp(rfc3339: written.utf8) == time, "\(time) does not survive \(written)")
            }
            if input.last == UInt8(ascii: "Z"), let listed = input.withUnsafeBytes({ ListingTime.parse($0) }) {
                try require(listed == time, "two readers of \(text) differ")
            }
        }
        _ = input.withUnsafeBytes { ListingTime.parse($0) }
        if let time = Timestamp(decimal: text) {
            try require(Timestamp(decimal: time.decimal) == time, "\(time.decimal) does not survive")
        }
        _ = HTTPDate.parse(text)
        if let bytes = Base64.decode(text) { try require(Base64.encode(bytes) == text, "Base64 \(text)") }
        if let bytes = Hexadecimal.decode(text) {
            try require(Hexadecimal.encode(bytes) == text.lowercased(), "hexadecimal \(text)")
        }
        for algorithm in ChecksumAlgorithm.allCases { _ = ChecksumText.checksum(algorithm, text) }
        if let tag = VersionTag(text).lookalike {
            try require(tag.hexadecimal == text.lowercased(), "the tag \(text) reads as \(tag.hexadecimal)")
        }
        if let size = try? SizeText.bytes(text) { try require(size >= 0, "the size \(text) is \(size)") }
        if let timetable = try? TimetableText.timetable(text) {
            for entry in timetable.entries {
                try require(timetable.rates(at: entry.from) == entry.rates, "\(entry) does not hold in \(text)")
                for rate in [entry.rates.up, entry.rates.down] { try require(rate ?? 1 > 0, "the rate \(text)") }
            }
        }
        _ = try? DurationText.duration(text)
        _ = try? AgeText.age(text, now: Timestamp(seconds: 1_700_000_000))
    }
}
