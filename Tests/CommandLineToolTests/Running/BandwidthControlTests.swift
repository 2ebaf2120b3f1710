// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
internal import Godwit
import Settings
import StorageModel
import Synchronization
import Testing

@testable import CommandLineTool

/// What follows of time, of a file that changes and of signals, without waiting for any.
@Suite struct BandwidthControlTests {
    private final class Said: Sendable {
        private let texts = Mutex<[String]>([])
        func say(_ text: String) { texts.withLock { $0.append(text) } }
        /// What was said since this was asked.
        var next: [String] {
            texts.withLock { texts in
                defer { texts = [] }
                return texts
            }
        }
    }

    private let said = Said()

    private func at(_ hour: Int, _ minute: Int = 0) -> WeekMinute { WeekMinute(day: 3, hour: hour, minute: minute) }

    private func control(_ source: BandwidthControl.Source) throws -> BandwidthControl {
        try BandwidthControl(source, at: at(7)) { [said] in said.say($0) }
    }

    private func control(_ text: String) throws -> BandwidthControl {
        try control(.given(TimetableText.timetable(text)))
    }

    /// Whether these are the rates now, in bytes a second.
    private func holds(_ control: BandwidthControl, _ up: Int64?, _ down: Int64?) -> Bool {
        control.rates.current.upload == up && control.rates.current.download == down
    }

    /// A file of its own, removed with the last reference to it.
    private final class LimitFile: Sendable {
        let path = NSTemporaryDirectory() + "godwit-limit-" + UUID().uuidString

        init(_ text: String) throws { try write(text) }
        deinit { remove() }

        /// As editors do, by another file in its place.
        func write(_ text: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        func remove() { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test func theTimetableIsFollowed() throws {
        let control = try control("08:00,1M 12:00,2M:3M 23:00,off")
        #expect(control.needsTicks && !control.hasFile)
        #expect(holds(control, nil, nil) && control.description == "off")
        control.handle(.tick, at: at(7, 59))
        #expect(said.next == [])
        control.handle(.tick, at: at(8))
        #expect(holds(control, 1 << 20, 1 << 20))
        #expect(said.next == ["bandwidth limit: 1 MiB/s"])
        control.handle(.tick, at: at(8, 1))
        control.handle(.tick, at: at(11, 59))
        #expect(said.next == [])
        // The clock may jump.
        control.handle(.tick, at: at(22))
        #expect(holds(control, 2 << 20, 3 << 20))
        #expect(said.next == ["bandwidth limit: 2 MiB/s up and 3 MiB/s down"])
        control.handle(.tick, at: at(23))
        #expect(holds(control, nil, nil))
        #expect(said.next == ["bandwidth limit: off"])
    }

    @Test func theLimitIsLiftedAndSetAgain() throws {
        let control = try control("512:off")
        #expect(!control.needsTicks)
        #expect(holds(control, 512 << 10, nil))
        control.handle(.toggle, at: at(9))
        #expect(holds(control, nil, nil))
        #expect(said.next == ["bandwidth limit lifted by SIGUSR2"])
        control.handle(.toggle, at: at(9))
        #expect(holds(control, 512 << 10, nil))
        #expect(said.next == ["bandwidth limit set again by SIGUSR2: 512 KiB/s up and off down"])
    }

    /// As in rclone: what was lifted stays lifted, and what the timetable says meanwhile holds when it is set again.
    @Test func whatIsLiftedStaysSo() throws {
        let control = try control("00:00,1M 08:00,2M 23:00,off")
        control.handle(.toggle, at: at(7))
        control.handle(.tick, at: at(8))
        #expect(holds(control, nil, nil))
        #expect(said.next.last == "bandwidth limit: 2 MiB/s, as soon as SIGUSR2 sets it again")
        control.handle(.toggle, at: at(9))
        #expect(holds(control, 2 << 20, 2 << 20))
        control.handle(.tick, at: at(23))
        _ = said.next
        // There is nothing to lift, and the next limit holds.
        control.handle(.toggle, at: at(23))
        #expect(said.next == ["SIGUSR2 changes nothing: there is no bandwidth limit now"])
        control.handle(.tick, at: at(0))
        #expect(holds(control, 1 << 20, 1 << 20))
    }

    @Test func aFileIsReadAgainWhenItChanges() throws {
        let file = try LimitFile("100B\n")
        let control = try control(.file(file.path))
        #expect(control.needsTicks && control.hasFile)
        #expect(holds(control, 100, 100))
        control.handle(.tick, at: at(7))
        #expect(said.next == [])
        try file.write("08:00,200B\n09:00,300B:400B\n")
        control.handle(.tick, at: at(8))
        #expect(holds(control, 200, 200))
        control.handle(.tick, at: at(9))
        #expect(holds(control, 300, 400))
        #expect(said.next == ["bandwidth limit: 200 B/s", "bandwidth limit: 300 B/s up and 400 B/s down"])
        try file.write("off")
        control.handle(.reload, at: at(9))
        #expect(holds(control, nil, nil))
        // Another text that says the same is no news.
        try file.write("0")
        _ = said.next
        control.handle(.tick, at: at(9))
        #expect(said.next == [])
    }

    @Test func aFileThatSaysNothingKeepsTheLimit() throws {
        let file = try LimitFile("07:00,100B 10:00,200B")
        let control = try control(.file(file.path))
        try file.write("10:00,much")
        control.handle(.tick, at: at(8))
        let first = said.next.joined()
        #expect(first.contains("stays 100 B/s: ") && first.contains("\"10:00,much\""), "\(first)")
        #expect(first.contains(file.path))
        control.handle(.tick, at: at(8))
        control.handle(.tick, at: at(9))
        #expect(said.next == [] && holds(control, 100, 100))
        // Who asks is told.
        control.handle(.reload, at: at(9))
        #expect(said.next.count == 1)
        file.remove()
        for _ in 0..<3 { control.handle(.tick, at: at(9)) }
        let second = said.next
        #expect(second.count == 1 && second[0].contains("stays 100 B/s"), "\(second)")
        // The last timetable goes on.
        control.handle(.tick, at: at(10))
        #expect(holds(control, 200, 200) && said.next == ["bandwidth limit: 200 B/s"])
        try file.write("1K")
        control.handle(.tick, at: at(10))
        #expect(holds(control, 1024, 1024))
    }

    @Test func aFileThatCannotBeFollowedIsRefused() throws {
        let file = try LimitFile("08:00,1M 9:00,off")
        let malformed = #expect(throws: StorageError.self) { try control(.file(file.path)) }
        #expect(malformed?.kind == .invalidConfiguration && malformed?.message.contains("\"9:00,off\"") == true)
        #expect(malformed?.location == file.path)
        file.remove()
        let missing = #expect(throws: StorageError.self) { try control(.file(file.path)) }
        #expect(missing?.kind == .invalidConfiguration && missing?.location == file.path)
        try file.write("\n")
        #expect(throws: StorageError.self) { try control(.file(file.path)) }
    }
}
