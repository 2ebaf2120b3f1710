// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit

/// Which state of a bucket is read.
struct VersionFlags: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Read the bucket as it was then: a time, or an age such as 2d.", valueName: "time"))
    var versionAt: AgeArgument?

    func apply(to options: inout SessionOptions) { options.sourceOverrides["version_at"] = versionAt?.text }
}
