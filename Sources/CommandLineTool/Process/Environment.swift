// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The environment of the process; nothing below the command line reads it.
enum Environment {
    static var variables: [String: String] { ProcessInfo.processInfo.environment }

    /// Where temporary files go.
    static func temporaryDirectory(_ variables: [String: String]) -> String {
        variables["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }
}
