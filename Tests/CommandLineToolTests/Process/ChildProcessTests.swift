// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import Testing

@testable import CommandLineTool

@Suite struct ChildProcessTests {
    private let errors = NSTemporaryDirectory() + "godwit-child-\(UInt64.random(in: .min ... .max))"

    private func run(_ arguments: String...) async throws(StorageError) -> ChildProcess.Cost {
        defer { try? FileManager.default.removeItem(atPath: errors) }
        return try await ChildProcess.run(
            arguments, environment: ["PATH": "/usr/bin:/bin", "A": "b c"], errors: errors)
    }

    @Test func whatItTakesIsTold() async throws {
        let cost = try await run("sh", "-c", "test \"$A\" = 'b c' && sleep 0.1")
        #expect(cost.seconds >= 0.1)
        #expect(cost.processorSeconds < cost.seconds)
    }

    @Test func itsLastWordsAreTold() async throws {
        let error = await #expect(throws: StorageError.self) {
            try await run("sh", "-c", "echo first; echo why >&2; exit 3")
        }
        #expect(try #require(error).message.contains("why"))
    }

    @Test func whatIsNotThereIsTold() async throws {
        let error = await #expect(throws: StorageError.self) { try await run("no-such-program") }
        #expect(try #require(error).location == "no-such-program")
    }

    @Test func itEndsWithTheTask() async throws {
        let number = errors + ".pid"
        defer { try? FileManager.default.removeItem(atPath: number) }
        let task = Task {
            try await run("sh", "-c", "echo $$ > \(number).new; mv \(number).new \(number); exec sleep 86400")
        }
        var pid: pid_t?
        while pid == nil {
            try await Task.sleep(for: .milliseconds(10))
            let text = try? String(contentsOfFile: number, encoding: .utf8)
            pid = text.flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        task.cancel()
        let error = await #expect(throws: StorageError.self) { try await task.value }
        #expect(try #require(error).kind == .cancelled)
        #expect(kill(try #require(pid), 0) != 0)
    }
}
