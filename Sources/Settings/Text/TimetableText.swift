// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Rates, or a timetable of them, as rclone's users write it: entries `[DAY-]HH:MM,RATES` with blanks or semicolons between,
/// such as `08:00,512K 19:00,10M Sat-00:00,off`. An entry without a day is for every day.
package enum TimetableText {
    private static let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    /// The timetable that `text` means.
    package static func timetable(_ text: String) throws(StorageError) -> RateTimetable {
        let words = text.split { $0.isWhitespace || $0 == ";" }.map(String.init)
        if words.count == 1, !words[0].contains(",") { return RateTimetable(try RateText.rates(words[0])) }
        var entries: [RateTimetable.Entry] = []
        for word in words { entries += try self.entries(word) }
        guard !entries.isEmpty else {
            throw StorageError(
                .invalidConfiguration, during: .validate, message: "there is no rate",
                advice: "write bytes a second, UP:DOWN, a timetable, or off")
        }
        return RateTimetable(entries)
    }

    /// One entry of the text, for each day that it means.
    private static func entries(_ word: String) throws(StorageError) -> [RateTimetable.Entry] {
        let parts = word.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let (days, hour, minute) = time(parts[0]) else {
            throw StorageError(
                .invalidConfiguration, during: .validate, message: "\"\(word)\" is no entry of a timetable",
                advice: "write HH:MM,RATE or DAY-HH:MM,RATE, such as Mon-08:00,512K")
        }
        let rates: RatePair
        do throws(StorageError) {
            rates = try RateText.rates(String(parts[1]))
        } catch {
            var named = error
            named.message = "in the timetable's entry \"\(word)\", \(error.message)"
            throw named
        }
        return days.map { RateTimetable.Entry(from: WeekMinute(day: $0, hour: hour, minute: minute), rates: rates) }
    }

    /// `[DAY-]HH:MM`.
    private static func time(_ text: Substring) -> (days: Range<Int>, hour: Int, minute: Int)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, let clock = parts.last else { return nil }
        let numbers = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard numbers.count == 2, let hour = number(numbers[0], below: 24), let minute = number(numbers[1], below: 60)
        else { return nil }
        guard parts.count == 2 else { return (0..<days.count, hour, minute) }
        let name = parts[0].lowercased()
        guard let day = days.firstIndex(where: { $0 == name || $0.prefix(3) == name }) else { return nil }
        return (day..<day + 1, hour, minute)
    }

    /// Exactly two digits.
    private static func number(_ text: Substring, below limit: Int) -> Int? {
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text),
            value < limit
        else { return nil }
        return value
    }
}
