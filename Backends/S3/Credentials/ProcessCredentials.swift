// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Foundation
package import StorageModel

/// Those that a program prints (`credential_process`). It is started without a shell.
package struct ProcessCredentials: CredentialSource {
    private let line: String
    private let environment: [String: String]

    package init(_ line: String, environment: [String: String]) {
        self.line = line
        self.environment = environment
    }

    package var place: String { "the program of credential_process" }

    package func credentials() async throws(StorageError) -> Credentials? {
        let words: [String]
        do throws(ShellWords.Unfinished) { words = try ShellWords.split(line) } catch {
            throw failure("its line cannot be read: \(error.reason)")
        }
        guard let program = words.first else { throw failure("its line is empty") }
        let arguments = Array(words.dropFirst())
        let result = await withCheckedContinuation { continuation in
            // Reading to the end blocks a thread, which must be none of those that tasks run on.
            DispatchQueue.global().async { continuation.resume(returning: run(program, arguments)) }
        }
        return try CredentialDocument.credentials(in: try result.get(), from: place, asksForVersion: true)
    }

    private func run(_ program: String, _ arguments: [String]) -> Result<[UInt8], StorageError> {
        let process = Process(), output = Pipe(), errors = Pipe()
        // Searched for as the shell does.
        process.executableURL = URL(fileURLWithPath: program.contains("/") ? program : "/usr/bin/env")
        process.arguments = program.contains("/") ? arguments : [program] + arguments
        process.environment = environment
        process.standardOutput = output
        process.standardError = errors
        do { try process.run() } catch {
            return .failure(failure("\(program) cannot be started: \(error.localizedDescription)"))
        }
        let said = DispatchQueue(label: "godwit.credential-process"), complaint = Complaint()
        said.async {
            complaint.text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        said.sync {}
        guard process.terminationStatus == 0 else {
            let last = complaint.text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
            return .failure(failure("\(program) ended with status \(process.terminationStatus): \(last)"))
        }
        return .success([UInt8](printed))
    }

    private func failure(_ message: String) -> StorageError { CredentialDocument.failure(place, message) }

    private final class Complaint: @unchecked Sendable {  // safe: written on one serial queue, read after a wait for it
        var text = ""
    }
}
