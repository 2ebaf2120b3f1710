// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import Testing

@testable import JournalStore

@Suite struct TargetLockTests {
    private let journal: JournalFixture

    init() throws { journal = try JournalFixture() }

    private func holder(_ description: RunDescription) throws -> LockHolder? {
        do throws(TargetLockError) {
            _ = try TargetLock.take(in: journal.state, for: description)
            return nil
        } catch {
            guard case .held(let holder) = error else { throw error }
            return holder
        }
    }

    /// Returns when nobody has the lock. A process that some other test starts has all that is open here, and so the
    /// locks, for as long as it has not yet become the program that it runs.
    private func untilFree(_ description: RunDescription) async throws {
        while try holder(description) != nil { await Task.yield() }
    }

    @Test func theSecondRunLearnsOfTheFirst() throws {
        let first = try TargetLock.take(
            in: journal.state, for: .test("first", arguments: ["./src", "store:b\n\u{1b}[2J"]))
        let holder = try #require(try holder(.test("second")))
        #expect(holder.run == "first" && holder.pid == getpid())
        #expect(holder.started == Timestamp(seconds: 1_700_000_000))
        #expect(holder.command == "sync ./src store:b\\n\\u{1b}[2J")
        // Another target is nobody's concern.
        #expect(try self.holder(.test("third", target: "s3:other/")) == nil)
        withExtendedLifetime(first) {}
    }

    @Test func theLockGoesWithItsLastReference() async throws {
        var first: TargetLock? = try TargetLock.take(in: journal.state, for: .test("first"))
        #expect(try holder(.test("second")) != nil)
        #expect(first != nil)
        first = nil
        try await untilFree(.test("second"))
    }

    @Test func argumentsWithSecretsAreNotToldToOthers() throws {
        let first = try TargetLock.take(in: journal.state, for: .test("first", arguments: nil))
        #expect(try holder(.test("second"))?.command == "sync")
        withExtendedLifetime(first) {}
    }

    @Test func whateverTheFileSaysIsRead() {
        for text in ["", "run", "pid: x\nstarted: yesterday\n:\n\n", "run: \u{0}\u{1b}\npid: 99999999999"] {
            let holder = LockHolder(text: text)
            #expect(holder.pid == nil && holder.started == nil)
        }
        let long = RunDescription.test("r", arguments: [String(repeating: "x", count: 100_000)])
        #expect(LockHolder(long, .current).text.utf8.count < SmallFile.bytesMax)
    }

    @Test func aProcessThatIsKilledFreesItsLock() async throws {
        // The file must exist, and be free, before the other process takes it.
        _ = try TargetLock.take(in: journal.state, for: .test("first"))
        let locks = journal.state + "/locks"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: locks).first)
        let script = """
            import fcntl, struct, sys, time
            file = open(sys.argv[1], 'r+b')
            fcntl.fcntl(file, 38, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0))
            file.truncate(0)
            file.write(b'run: theirs\\npid: 1\\n')
            file.flush()
            print('ready', flush=True)
            time.sleep(600)
            """
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, locks + "/" + name]
        process.standardOutput = output
        try process.run()
        #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("ready".utf8))
        #expect(try holder(.test("second"))?.run == "theirs")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try await untilFree(.test("second"))
    }

    @Test func noDirectoryNoLock() {
        let error = #expect(throws: TargetLockError.self) {
            try TargetLock.take(in: "/proc/self/godwit", for: .test("r"))
        }
        guard case .unavailable = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }
}
