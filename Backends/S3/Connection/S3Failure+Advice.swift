// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

extension S3Failure {
    /// What to do where what was sent with the call says more of the refusal than the store's code; nil: the code says all.
    func advice(for call: S3Call, _ policy: S3Policy) -> String? {
        switch code {
        case "InvalidStorageClass": return Self.classAdvice(call, policy)
        case "MetadataTooLarge", "RequestHeaderSectionTooLarge": return Self.metadataAdvice(call)
        case "InvalidTag": return Self.tagAdvice(call)
        case "BadRequest" where call.permission == "s3:PutObjectTagging" || Self.tags(call) != nil:
            return Self.tagAdvice(call)
        case "", "AccessDenied", "InvalidRequest", "InvalidArgument":
            return policy.provider.takesCustomerKeys ? keyAdvice(call) : nil
        default: return nil
        }
    }

    // MARK: Keys of customers

    private static let keyHeader = "server-side-encryption-customer-key"
    private static let flags =
        "--source-sse-customer-key for the source, --s3-sse-customer-key for the target, sse_customer_key of a remote"

    /// Who reads an object that is encrypted by a key of the customer's is told little, and nothing in answer to a HEAD
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html).
    private func keyAdvice(_ call: S3Call) -> String? {
        let isCopy = call.headers.contains { $0.name == "x-amz-copy-source" }
        guard call.key != nil, isCopy || [.read, .stat, .copy].contains(call.operation) else { return nil }
        let header = (isCopy ? "x-amz-copy-source-" : "x-amz-") + Self.keyHeader
        let wasGiven = call.headers.contains { $0.name == header }
        switch (status, wasGiven) {
        case (403, true): return "the object may be encrypted by another key than the one given, or \(need(call))"
        case (400, true):
            return "the object may not be encrypted by the key that was given, or by none: check it (\(Self.flags))"
        case (400, false) where code.isEmpty:
            return
                "the object may be encrypted by a customer's key: give it (\(Self.flags)); temporary credentials that "
                + "have expired are refused like this too, and a wrong region"
        case (400, false) where isCopy || message.contains("Server Side Encryption"):
            return "the object may be encrypted by a customer's key: give it (\(Self.flags))"
        default: return nil
        }
    }

    private func need(_ call: S3Call) -> String { "the credentials need \(call.permission)" }

    // MARK: What objects carry

    private static func classAdvice(_ call: S3Call, _ policy: S3Policy) -> String {
        let asked = call.headers.first { $0.name == "x-amz-storage-class" }?.value
        let known = policy.provider.storageClasses.sorted()
        let all = (policy.provider.standardClass.map { [$0] } ?? []) + known
        return (asked.map { "\"\($0)\" was asked for; " } ?? "")
            + (known.isEmpty
                ? "take --s3-storage-class or --storage-class-map away, or name one that this store has"
                : "\(policy.provider.name) has \(all.joined(separator: ", "))")
    }

    private static func metadataAdvice(_ call: S3Call) -> String {
        let prefix = "x-amz-meta-"
        let bytes = call.headers.filter { $0.name.hasPrefix(prefix) }.reduce(0) {
            $0 + $1.name.utf8.count - prefix.utf8.count + $1.value.utf8.count
        }
        return "user metadata may have 2048 bytes, names and values together, and all headers 8192; this object has "
            + "\(bytes) of user metadata: --metadata-set NAME= leaves one out, --no-preserve metadata all"
    }

    private static func tags(_ call: S3Call) -> String? {
        call.headers.first { $0.name == "x-amz-tagging" }?.value
    }

    private static func tagAdvice(_ call: S3Call) -> String {
        let count = tags(call).map { ", and this one would get \($0.split(separator: "&").count)" } ?? ""
        return tagLimits + count + leaveTags
    }

    /// The most tags of an object (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html).
    static let tagsMax = 10
    static let tagLimits = "an object may have \(tagsMax) tags, with names of 128 and values of 256 characters"
    static let leaveTags = ": --no-preserve tags leaves them out"
}
