// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

extension ChecksumAlgorithm: ExpressibleByArgument {}

/// How objects are written to an S3 store.
struct UploadFlags: ParsableArguments, Sendable {
    @Option(
        name: [.customLong("s3-storage-class"), .customLong("storage-class")],
        help: ArgumentHelp("The storage class of what is written.", valueName: "class"))
    var storageClass: String?
    @Option(name: .customLong("s3-acl"), help: "The canned ACL of what is written.")
    var acl: String?
    @Option(
        name: [.customLong("s3-server-side-encryption"), .customLong("sse")],
        help: ArgumentHelp("Encryption by the store: AES256, aws:kms or aws:kms:dsse.", valueName: "method"))
    var encryption: String?
    @Option(name: .customLong("s3-sse-kms-key-id"), help: ArgumentHelp("The KMS key for aws:kms.", valueName: "id"))
    var kmsKey: String?
    @Option(
        name: .customLong("s3-sse-kms-context"),
        help: ArgumentHelp("The encryption context for KMS, as a JSON object.", valueName: "json"))
    var kmsContext: String?
    @Flag(name: .customLong("s3-sse-bucket-key"), help: "Ask KMS for a key of the bucket, not one for each object.")
    var bucketKey = false
    @OptionGroup var customerKey: CustomerKeyFlags
    @Option(
        name: .customLong("s3-chunk-size"),
        help: ArgumentHelp("The size of a part (default: by the object's size).", valueName: "size"))
    var chunkSize: SizeArgument?
    @Option(
        name: .customLong("s3-upload-concurrency"),
        help: ArgumentHelp(
            "The most parts of one object in flight (default: as many as serve, within --max-memory).",
            valueName: "n"))
    var concurrency: Int?
    @Option(help: "The Content-Type of what is written, instead of one guessed by name.")
    var contentType: String?
    @Option(help: ArgumentHelp("The checksum that the store is asked to keep.", valueName: "algorithm"))
    var checksumAlgorithm: ChecksumAlgorithm?

    func validate() throws {
        if let bytes = chunkSize?.bytes, bytes < 5 << 20 {
            throw ValidationError("--s3-chunk-size must be at least 5M, the smallest part that S3 takes.")
        }
        if let concurrency, concurrency < 1 { throw ValidationError("--s3-upload-concurrency must be at least 1.") }
        let needsKMS = [(kmsContext != nil, "--s3-sse-kms-context"), (bucketKey, "--s3-sse-bucket-key")]
        for (isGiven, name) in needsKMS where isGiven && kmsKey == nil && encryption?.hasPrefix("aws:kms") != true {
            throw ValidationError("\(name) has a meaning with --sse aws:kms only.")
        }
        if kmsKey != nil, let encryption, !encryption.hasPrefix("aws:kms") {
            throw ValidationError("--s3-sse-kms-key-id and --sse \(encryption) contradict each other.")
        }
    }

    /// Settings of the target, by the names of the configuration file.
    func apply(to options: inout SessionOptions) {
        options.targetOverrides["storage_class"] = storageClass
        options.targetOverrides["acl"] = acl
        options.targetOverrides["server_side_encryption"] = encryption ?? kmsKey.map { _ in "aws:kms" }
        options.targetOverrides["sse_kms_key_id"] = kmsKey
        options.targetOverrides["sse_kms_context"] = kmsContext
        if bucketKey { options.targetOverrides["sse_bucket_key"] = "true" }
        customerKey.apply(to: &options)
        options.targetOverrides["content_type"] = contentType
        options.targetOverrides["checksum_algorithm"] = checksumAlgorithm?.rawValue
    }

    func apply(to options: inout SyncOptions) {
        options.transferring.partSize = chunkSize?.bytes
        options.transferring.partsInFlight = concurrency
    }
}
