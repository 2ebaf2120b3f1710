// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// What the headers of a HEAD, a GET or a PUT answer say about an object.
struct ObjectHeaders {
    var contentLength: Int64?
    /// From Content-Range: which bytes came, and the object's size.
    var range: ClosedRange<Int64>?
    var wholeSize: Int64?
    var written: Timestamp?
    var modified: Timestamp?
    var tag: VersionTag?
    var version: String?
    var storageClass: String?
    /// Where the store says more than the class does.
    var archive: ArchiveState?
    var checksums: [Checksum] = []
    var metadata = ObjectMetadata()
    var kmsKeyID: String?
    var serverSideEncryption: String?
    /// Under KMS and customer keys the ETag is no digest.
    var tagIsOpaque = false

    private var isComposite = false

    init(_ headers: HTTPFields) {
        headers.forEach { field in
            // Every answer has these.
            if field.isNamed("x-amz-request-id") || field.isNamed("x-amz-id-2") { return }
            if field.suffix(after: "x-amz-") != nil {
                readAmazon(field)
            } else if !readIdentity(field) {
                readMetadata(field)
            }
        }
        if isComposite { checksums.removeAll { $0.parts == nil } }
        metadata.user.sortByName()
    }

    private mutating func readIdentity(_ field: HTTPField) -> Bool {
        if field.isNamed("etag") {
            tag = TagText.tag(field.value)
        } else if field.isNamed("content-length") {
            contentLength = Int64(field.text).flatMap { $0 >= 0 ? $0 : nil }
        } else if field.isNamed("content-range") {
            readRange(field.text)
        } else if field.isNamed("last-modified") {
            written = HTTPDate.parse(field.value)
        } else {
            return false
        }
        return true
    }

    private mutating func readMetadata(_ field: HTTPField) {
        if field.isNamed("content-type") {
            metadata.contentType = field.text
        } else if field.isNamed("cache-control") {
            metadata.cacheControl = field.text
        } else if field.isNamed("content-disposition") {
            metadata.contentDisposition = field.text
        } else if field.isNamed("content-encoding") {
            metadata.contentEncoding = Self.storedEncoding(field.text)
        } else if field.isNamed("content-language") {
            metadata.contentLanguage = field.text
        } else if field.isNamed("expires") {
            metadata.expires = field.text
        }
    }

    private mutating func readAmazon(_ field: HTTPField) {
        if let name = field.suffix(after: "x-amz-meta-") {
            readUser(String(decoding: name, as: UTF8.self).lowercased(), field.text)
        } else if field.isNamed("x-amz-checksum-type") {
            isComposite = field.text == "COMPOSITE"
        } else if let name = field.suffix(after: "x-amz-checksum-") {
            readChecksum(String(decoding: name, as: UTF8.self).lowercased(), field.text)
        } else if field.isNamed("x-amz-version-id") {
            version = field.text == "null" ? nil : field.text
        } else if field.isNamed("x-amz-storage-class") {
            storageClass = field.text == "STANDARD" ? nil : field.text
        } else if field.isNamed("x-amz-restore") {
            archive = ArchiveText.state(restore: field.text) ?? archive
        } else if field.isNamed("x-amz-archive-status") {
            archive = archive ?? .archived
        } else if field.isNamed("x-amz-server-side-encryption") {
            serverSideEncryption = field.text
            if field.text != "AES256" { tagIsOpaque = true }
        } else if field.isNamed("x-amz-server-side-encryption-aws-kms-key-id") {
            kmsKeyID = field.text
        } else if field.isNamed("x-amz-server-side-encryption-customer-algorithm") {
            tagIsOpaque = true
        } else if field.isNamed("x-amz-website-redirect-location") {
            metadata.websiteRedirect = field.text
        } else if field.isNamed("x-amz-missing-meta") {
            metadata.hiddenCount = Int(field.text) ?? 1
        } else if field.isNamed("x-amz-tagging-count") {
            metadata.tagCount = Int(field.text)
        } else if let name = field.suffix(after: "x-amz-object-lock-") {
            readLock(String(decoding: name, as: UTF8.self).lowercased(), field.text)
        }
    }

    private mutating func readLock(_ name: String, _ value: String) {
        var lock = metadata.lock ?? ObjectLock()
        switch name {
        case "mode": lock.mode = ObjectLock.Mode(rawValue: value.uppercased())
        case "retain-until-date": lock.retainUntil = Timestamp(rfc3339: value.utf8)
        case "legal-hold": lock.hasLegalHold = value.uppercased() == "ON"
        default: return
        }
        metadata.lock = lock == ObjectLock() ? nil : lock
    }

    private mutating func readUser(_ name: String, _ value: String) {
        if name == "mtime", let time = Timestamp(decimal: value) {
            modified = time
        } else {
            metadata.user.append(.init(name: name, value: EncodedWord.decode(value)))
        }
    }

    private mutating func readChecksum(_ name: String, _ value: String) {
        guard let algorithm = ChecksumAlgorithm(rawValue: name),
            let checksum = ChecksumText.checksum(algorithm, value)
        else { return }
        checksums.append(checksum)
    }

    /// `bytes 0-99/1000` (RFC 9110, section 14.4).
    private mutating func readRange(_ text: String) {
        guard text.hasPrefix("bytes ") else { return }
        let pieces = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard pieces.count == 2 else { return }
        if let size = Int64(pieces[1]), size >= 0 { wholeSize = size }
        let bounds = pieces[0].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = Int64(bounds[0]), let last = Int64(bounds[1]), first >= 0, first <= last
        else { return }
        range = first...last
    }

    /// Some stores keep the framing of an upload (`aws-chunked`) as if it were the content's encoding.
    private static func storedEncoding(_ value: String) -> String? {
        let kept = value.split(separator: ",").map { $0.drop { $0 == " " } }.filter { $0 != "aws-chunked" }
        return kept.isEmpty ? nil : kept.joined(separator: ",")
    }
}
