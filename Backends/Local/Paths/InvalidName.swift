// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Why a key cannot be a path, or a file name no key.
struct InvalidName: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
