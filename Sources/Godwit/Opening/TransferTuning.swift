// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Settings
internal import StorageModel
internal import SyncEngine

/// How a remote's configuration wants objects written, where a run does not say otherwise.
struct TransferTuning: Sendable {
    var partSize: Int64?
    var uploadCutoff: Int64?
    var copyCutoff: Int64?
    var partsInFlight: Int?

    init() {}

    init(_ settings: RemoteSettings) throws(StorageError) {
        guard settings.kind == .s3 else { return }
        partSize = try settings.size("chunk_size")
        uploadCutoff = try settings.size("upload_cutoff")
        copyCutoff = try settings.size("copy_cutoff")
        partsInFlight = try settings.number("upload_concurrency", in: 1...10_000)
        if let partSize, partSize < 5 << 20 {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: settings.name,
                message: "chunk_size is below 5M, the smallest part that S3 takes")
        }
    }

    func fill(_ options: inout TransferOptions) {
        options.partSize = options.partSize ?? partSize
        options.uploadCutoff = options.uploadCutoff ?? uploadCutoff
        options.copyCutoff = options.copyCutoff ?? copyCutoff
        options.partsInFlight = options.partsInFlight ?? partsInFlight
    }
}
