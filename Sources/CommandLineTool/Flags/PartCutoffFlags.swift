// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

/// From which size on objects go in parts.
struct PartCutoffFlags: ParsableArguments, Sendable {
    @Option(
        name: .customLong("s3-upload-cutoff"),
        help: ArgumentHelp("Upload larger objects in parts (default: above one part).", valueName: "size"))
    var uploadCutoff: SizeArgument?
    @Option(
        name: .customLong("s3-copy-cutoff"),
        help: ArgumentHelp("Copy larger objects server-side in parts (default: the store's limit).", valueName: "size"))
    var copyCutoff: SizeArgument?

    func validate() throws {
        if let bytes = copyCutoff?.bytes, bytes < 1 { throw ValidationError("--s3-copy-cutoff must be positive.") }
    }

    func apply(to options: inout SyncOptions) {
        options.transferring.uploadCutoff = uploadCutoff?.bytes
        options.transferring.copyCutoff = copyCutoff?.bytes
    }
}
