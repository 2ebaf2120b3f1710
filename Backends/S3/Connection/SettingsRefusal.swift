// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Settings by which no request can be sent, why, and what to do.
struct SettingsRefusal: Error, Hashable {
    var message: String
    var advice: String

    init(_ message: String, advice: String) {
        self.message = message
        self.advice = advice
    }
}
