// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The environment of the process; nothing below the command line reads it.
enum Environment {
    static var variables: [String: String] { ProcessInfo.processInfo.environment }
}
