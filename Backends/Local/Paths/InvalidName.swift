// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Why a key cannot be a path, or a file name no key.
struct InvalidName: Error, Equatable {
    let reason: String
    /// Whether ``KeyEscaping`` has a path for it.
    let isEscapable: Bool

    init(_ reason: String, isEscapable: Bool = false) {
        self.reason = reason
        self.isEscapable = isEscapable
    }
}
