// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Whether a missing bucket is made.
struct CreationFlags: ParsableArguments, Sendable {
    @Flag(help: "Make the target's bucket if it is missing.")
    var createBucket = false
}
