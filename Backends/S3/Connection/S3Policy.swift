// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// What the provider and the settings together decide, once for a bucket.
struct S3Policy: Sendable {
    let provider: Provider
    /// The digest sent with every body.
    let uploadAlgorithm: ChecksumAlgorithm
    /// The digest sent with documents.
    let documentAlgorithm: ChecksumAlgorithm
    /// How the bytes of objects and parts go out.
    let payloadMode: PayloadMode
    let usesTLS: Bool
    /// Whether reads ask for stored checksums.
    let asksForChecksums: Bool
    /// Access list and encryption of everything written.
    let writeHeaders: [HTTPHeader]
    /// The encryption by the store's own keys that is asked for; nil: none, or what the bucket has.
    let encryption: String?
    /// Whether bodies carry their MD5 beside the digest that was asked for, which the store may not verify.
    let addsMD5: Bool
    /// What tells the customer's key to every request that reads, writes or shows an object.
    let keyHeaders: [HTTPHeader]
    /// Headers of every request.
    let commonHeaders: [HTTPHeader]
    let storageClass: String?
    let contentType: String?
    /// Whether an ETag in this bucket may be an MD5 at all.
    let tagsAreMD5: Bool
    let listChunk: Int
    /// Whether an earlier state is seen, which cannot be changed: not the current one in its place either.
    let isReadOnly: Bool
    /// Whether a listing from behind a key is as cheap as one from the beginning.
    let listsFromAnyKey: Bool
    /// Whether listings are asked what is restored: emulators of AWS do not say, and what they leave out would count as
    /// archived.
    let listsRestores: Bool
    /// A digest that was asked for and that godwit does not know: nothing is sent with a weaker one instead.
    let unknownAlgorithm: String?

    /// - Parameter kind: What the bucket's kind makes of the settings' provider; nil: nothing else.
    init(_ settings: S3Settings, provider kind: Provider? = nil, usesTLS: Bool) {
        provider = kind ?? settings.provider
        let wanted = settings.checksumAlgorithm.flatMap { $0.isEmpty ? nil : $0.lowercased() }
        let named = wanted.flatMap { ChecksumAlgorithm(rawValue: $0) }
        unknownAlgorithm = named == nil ? wanted : nil
        uploadAlgorithm = named ?? provider.uploadChecksum
        addsMD5 = uploadAlgorithm != .md5 && provider.uploadChecksum == .md5
        self.usesTLS = usesTLS
        let leavesUnsigned = settings.usesUnsignedPayload ?? (usesTLS || provider.takesUnsignedPayload)
        payloadMode = settings.payloadMode ?? (leavesUnsigned ? .unsigned : .signed)
        let encryption = settings.serverSideEncryption ?? ""
        self.encryption = encryption.isEmpty ? nil : encryption
        let usesKMS = !encryption.isEmpty && encryption != "AES256"
        tagsAreMD5 = provider.tagsAreMD5 && !usesKMS && settings.customerKey == nil
        documentAlgorithm = provider.takesMD5 ? .md5 : provider.uploadChecksum
        keyHeaders = CustomerKeyHeaders.own(settings.customerKey)
        // Under KMS a HEAD with checksums needs leave to decrypt.
        asksForChecksums = uploadAlgorithm != .md5 && !usesKMS
        var headers: [HTTPHeader] = []
        if let acl = settings.acl, !acl.isEmpty { headers.append(HTTPHeader("x-amz-acl", acl)) }
        if !encryption.isEmpty { headers.append(HTTPHeader("x-amz-server-side-encryption", encryption)) }
        if usesKMS {
            if let key = settings.sseKMSKeyID, !key.isEmpty {
                headers.append(HTTPHeader("x-amz-server-side-encryption-aws-kms-key-id", key))
            }
            if let context = settings.sseKMSContext, !context.isEmpty {
                let encoded = context.hasPrefix("{") ? Base64.encode(Array(context.utf8)) : context
                headers.append(HTTPHeader("x-amz-server-side-encryption-context", encoded))
            }
            if let usesBucketKey = settings.usesBucketKey {
                headers.append(
                    HTTPHeader("x-amz-server-side-encryption-bucket-key-enabled", usesBucketKey ? "true" : "false"))
            }
        }
        writeHeaders = headers
        commonHeaders = settings.requesterPays ? [HTTPHeader("x-amz-request-payer", "requester")] : []
        storageClass = settings.storageClass.flatMap { $0.isEmpty ? nil : $0 }
        contentType = settings.contentType
        isReadOnly = settings.versionAt != nil || settings.versionID != nil
        listsFromAnyKey = settings.versionAt == nil
        listsRestores = provider.listsRestores && (settings.endpoint ?? "").isEmpty
        listChunk = min(max(settings.listChunk, 1), 1000)
    }

    /// Whether a composite tag in this bucket may be the digest of the parts' MD5s.
    var compositeTagsAreMD5: Bool { tagsAreMD5 && provider.multipartTagIsComposite }

    /// Whether what is written is to be encrypted in another way than the bucket's.
    var encrypts: Bool { encryption != nil || !keyHeaders.isEmpty }

    /// Whether `tag` may be a digest, as far as this bucket goes.
    func mayBeDigest(_ tag: VersionTag?) -> Bool {
        guard tagsAreMD5 else { return false }
        return compositeTagsAreMD5 || tag.map { $0.bytes.count == 32 } ?? true
    }

    /// Whether an object in `storageClass` of which the store says nothing else is archived; nil: it is not, or that is open.
    func archiveState(in storageClass: String?) -> ArchiveState? {
        guard let storageClass, provider.archivesByClass, provider.archiveClasses.contains(storageClass) else {
            return nil
        }
        return .archived
    }

    /// Why the store would not take bodies as they are to be sent; nil: it would.
    var payloadProblem: String? {
        guard payloadMode == .chunked else { return nil }
        switch provider.chunkedBodies {
        case .none: return "\(provider.name) takes no bodies in chunks"
        case .signed where uploadAlgorithm != .md5: return "\(provider.name) takes no checksums behind a body"
        case .signed, .withTrailers: return nil
        }
    }

    /// What the engine may plan with (limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
    var capabilities: Capabilities {
        Capabilities(
            listingOrders: [provider.listingOrder], listsFromAnyKey: listsFromAnyKey, timePrecision: .nanoseconds(1),
            multipart: .init(partMin: 5 << 20, partMax: 5 << 30, partCountMax: provider.partCountMax),
            singleWriteMax: 5 << 30, serverSideCopyMax: provider.copiesServerSide ? provider.copyMax : nil,
            copiesParts: provider.copiesParts, copiesPartsOfEscapedKeys: provider.copiesPartsOfEscapedKeys,
            deleteBatchMax: provider.deleteBatchMax, keyBytesMax: 1024,
            storesDirectoryMarkers: provider.storesDirectoryMarkers, attributes: provider.attributes,
            countsTags: provider.countsTags, isReadOnly: isReadOnly,
            listsVersions: provider.listsVersions, hidesTags: provider.hidesTags,
            storageClasses: provider.storageClasses, archiveClasses: provider.archiveClasses, userMetadataMax: 2048,
            tagsAreMD5: tagsAreMD5,
            conditions: provider.conditions)
    }
}
