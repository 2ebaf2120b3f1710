// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The two sides of a run.
struct TwoLocations: ParsableArguments, Sendable {
    @Argument(help: "Where to read: a path, NAME:bucket/prefix or s3://bucket/prefix.", completion: .file())
    var source: String
    @Argument(help: "Where to write.", completion: .file())
    var target: String

    func validate() throws {
        if source.isEmpty || target.isEmpty {
            throw ValidationError("A location is empty; write . for this directory.")
        }
    }
}
