// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The one place that a command is about.
struct OneLocation: ParsableArguments, Sendable {
    @Argument(help: "A path, NAME:bucket/prefix or s3://bucket/prefix.", completion: .file())
    var location: String

    func validate() throws {
        if location.isEmpty { throw ValidationError("The location is empty; write . for this directory.") }
    }
}
