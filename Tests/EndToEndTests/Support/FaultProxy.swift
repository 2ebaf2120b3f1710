// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// Spoils one request to a store (Tests/Support/Servers/fault-proxy.py).
final class FaultProxy: Sendable {
    enum Fault: String, CaseIterable, Sendable {
        case reset, truncate, stall, timeout
        case lostReply = "lost-reply"
        case serverError = "500"
        case slowDown = "503"
        case errorIn200 = "error-in-200"
    }

    struct Account: Decodable {
        var requests: Int
        var injected: Int
    }

    private let process: ChildProcess
    private let pipe: String
    private let holder: FileHandle
    private let scratch: Scratch
    let port: Int

    init(_ store: Store, _ fault: Fault, at number: Int) async throws {
        scratch = try Scratch()
        // The proxy ends when its standard input does: a pipe whose other end is held here.
        pipe = scratch.path("hold")
        mkfifo(pipe, 0o600)
        let report = scratch.path("port")
        let script = Programs.root + "/Tests/Support/Servers/fault-proxy.py"
        process = try ChildProcess(
            [
                "/bin/sh", "-c", "exec \"$0\" \"$@\" <'\(pipe)' >'\(report)'", Programs.python, script, "--upstream",
                store.endpoint, "--fault", fault.rawValue, "--at", String(number),
            ], environment: Programs.environment)
        let descriptor = open(pipe, O_RDWR | O_CLOEXEC)
        holder = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var found: Int?
        for _ in 0..<500 where found == nil {
            try await Task.sleep(for: .milliseconds(10))
            let text = (try? String(contentsOfFile: report, encoding: .utf8)) ?? ""
            if text.hasSuffix("\n") { found = Int(text.trimmingCharacters(in: .newlines)) }
        }
        guard let found else {
            process.signal(SIGKILL)
            throw ChildProcess.Failure(description: "the fault proxy did not start: \(process.errorsSoFar)")
        }
        port = found
    }

    /// Ends the proxy and tells how many requests it saw and spoiled.
    func end() async throws -> Account {
        try holder.close()
        let outcome = try await process.end(within: 10)
        let text = try String(contentsOfFile: scratch.path("port"), encoding: .utf8)
        let last = text.split(separator: "\n").last.map(String.init) ?? ""
        #expect(outcome.status == 0, "the fault proxy failed: \(outcome.errorText)")
        return try JSONDecoder().decode(Account.self, from: Data(last.utf8))
    }
}
