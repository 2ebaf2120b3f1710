// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// A script of Tests/Support/Servers that tells in its first line that it is ready, works until its standard input ends,
/// and reports in its last line.
final class HeldProgram: Sendable {
    private let process: ChildProcess
    private let holder: FileHandle
    private let scratch: Scratch
    let firstLine: String

    init(_ script: String, _ arguments: [String]) async throws {
        scratch = try Scratch()
        // A pipe whose other end is held here.
        let pipe = scratch.path("hold")
        mkfifo(pipe, 0o600)
        let report = scratch.path("report")
        let path = Programs.root + "/Tests/Support/Servers/" + script
        process = try ChildProcess(
            ["/bin/sh", "-c", "exec \"$0\" \"$@\" <'\(pipe)' >'\(report)'", Programs.python, path] + arguments,
            environment: Programs.environment)
        let descriptor = open(pipe, O_RDWR | O_CLOEXEC)
        holder = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var found: String?
        for _ in 0..<1000 where found == nil {
            try await Task.sleep(for: .milliseconds(10))
            let text = (try? String(contentsOfFile: report, encoding: .utf8)) ?? ""
            found = text.firstIndex(of: "\n").map { String(text[..<$0]) }
        }
        guard let found else {
            process.signal(SIGKILL)
            throw ChildProcess.Failure(description: "\(script) did not start: \(process.errorsSoFar)")
        }
        firstLine = found
    }

    /// Ends the program and decodes its report.
    func end<Report: Decodable>(as type: Report.Type = Report.self) async throws -> Report {
        try holder.close()
        let outcome = try await process.end(within: 60)
        #expect(outcome.status == 0, "it failed: \(outcome.errorText)")
        let text = try String(contentsOfFile: scratch.path("report"), encoding: .utf8)
        let last = text.split(separator: "\n").last.map(String.init) ?? ""
        return try JSONDecoder().decode(type, from: Data(last.utf8))
    }
}
