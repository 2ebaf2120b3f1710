// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The programs that the tests drive, and the environment they run in.
enum Programs {
    private static let own = ProcessInfo.processInfo.environment

    /// The repository's root.
    static let root = #filePath.components(separatedBy: "/Tests/EndToEndTests/")[0]
    static let godwit = own["GODWIT_BINARY"]
    static let rclone = (own["GODWIT_TEST_VENV"] ?? "") + "/bin/rclone"
    static let aws = (own["GODWIT_TEST_VENV"] ?? "") + "/bin/aws"
    static let python = (own["GODWIT_TEST_VENV"] ?? "") + "/bin/python"

    /// Whether the built binary and a store are there; the tests are disabled otherwise.
    static let areReady = godwit != nil && own["GODWIT_TEST_VENV"] != nil

    /// The own environment without anything that configures godwit, rclone or an AWS client.
    static let environment: [String: String] = {
        var kept = own.filter { name, _ in !["AWS_", "RCLONE_", "GODWIT_"].contains { name.hasPrefix($0) } }
        kept["AWS_EC2_METADATA_DISABLED"] = "true"
        kept["LC_ALL"] = "C.UTF-8"
        return kept
    }()

    /// Runs rclone, which would otherwise hold names in NFC and NFD for equal, and expects it to succeed.
    @discardableResult
    static func rclone(
        _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Outcome {
        let outcome = try await ChildProcess(
            [rclone, "--config", "/dev/null", "--no-unicode-normalization"] + arguments, environment: environment
        ).end(within: 240)
        #expect(outcome.status == 0, "rclone: \(outcome.errorText.suffix(600))", sourceLocation: sourceLocation)
        return outcome
    }
}
