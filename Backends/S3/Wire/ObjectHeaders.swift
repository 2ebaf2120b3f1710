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
    var checksums: [Checksum] = []
    var metadata = ObjectMetadata()
    /// Metadata that the store could not show as headers; replacing metadata would lose it.
    var missingMetadataCount = 0
    var kmsKeyID: String?
    var serverSideEncryption: String?
    /// Under KMS and customer keys the ETag is no digest.
    var tagIsOpaque = false

    private var isComposite = false

    init(_ headers: [HTTPHeader]) {
        for header in headers {
            // Every answer has these.
            if header.isNamed("x-amz-request-id") || header.isNamed("x-amz-id-2") { continue }
            if let name = header.suffix(after: "x-amz-") {
                readAmazon(name, header.value)
            } else if !readIdentity(header) {
                readMetadata(header)
            }
        }
        if isComposite { checksums.removeAll { $0.parts == nil } }
        if metadata.user.count > 1 {
            metadata.user.sort { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
        }
    }

    private mutating func readIdentity(_ header: HTTPHeader) -> Bool {
        if header.isNamed("etag") {
            tag = TagText.tag(header.value)
        } else if header.isNamed("content-length") {
            contentLength = Int64(header.value).flatMap { $0 >= 0 ? $0 : nil }
        } else if header.isNamed("content-range") {
            readRange(header.value)
        } else if header.isNamed("last-modified") {
            written = HTTPDate.parse(header.value)
        } else {
            return false
        }
        return true
    }

    private mutating func readMetadata(_ header: HTTPHeader) {
        if header.isNamed("content-type") {
            metadata.contentType = header.value
        } else if header.isNamed("cache-control") {
            metadata.cacheControl = header.value
        } else if header.isNamed("content-disposition") {
            metadata.contentDisposition = header.value
        } else if header.isNamed("content-encoding") {
            metadata.contentEncoding = Self.storedEncoding(header.value)
        } else if header.isNamed("content-language") {
            metadata.contentLanguage = header.value
        } else if header.isNamed("expires") {
            metadata.expires = header.value
        }
    }

    private mutating func readAmazon(_ name: String, _ value: String) {
        switch name {
        case "version-id": version = value == "null" ? nil : value
        case "storage-class": storageClass = value == "STANDARD" ? nil : value
        case "server-side-encryption":
            serverSideEncryption = value
            if value != "AES256" { tagIsOpaque = true }
        case "server-side-encryption-aws-kms-key-id": kmsKeyID = value
        case "server-side-encryption-customer-algorithm": tagIsOpaque = true
        case "website-redirect-location": metadata.websiteRedirect = value
        case "missing-meta": missingMetadataCount = Int(value) ?? 1
        case "checksum-type": isComposite = value == "COMPOSITE"
        default:
            if name.hasPrefix("meta-") {
                readUser(String(name.dropFirst(5)), value)
            } else if name.hasPrefix("checksum-") {
                readChecksum(String(name.dropFirst(9)), value)
            }
        }
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
