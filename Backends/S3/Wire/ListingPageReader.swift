// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Markup
import StorageModel

/// Reads one page of ListObjects or ListObjectsV2 as it arrives. All keys and ETags go into one byte buffer; nothing is
/// allocated for a single key.
final class ListingPageReader: MarkupVisitor {
    /// One `Contents` or `CommonPrefixes` element; positions are in ``arena``.
    struct Row: Sendable {
        var key = 0..<0
        var tag = 0..<0
        var size: Int64 = -1
        var written: Timestamp?
        /// An index into ``storageClasses``; -1: the standard one.
        var storageClass = -1
        var isPrefix = false
        var hasKey = false
        /// Whether the object is archived and can be read for the present, or is on the way to that.
        var isRestored = false
        var isRestoring = false
    }

    private enum Field {
        case none, key, tag, size, written, storageClass, isRestoring, restoredUntil
        case isTruncated, token, marker, encoding
        case errorCode, errorMessage, errorRequest
    }
    private enum Group { case none, contents, prefixes }
    private enum Root { case none, listing, error, other }

    // What every key writes to. Only the parser calls, never one call within another, so that checking each access for
    // exclusivity at run time would find nothing and be a sixteenth of a listing.
    @exclusivity(unchecked) private(set) var rows: [Row] = []
    @exclusivity(unchecked) private(set) var arena: [UInt8] = []
    @exclusivity(unchecked) private var row = Row()
    @exclusivity(unchecked) private var scratch: [UInt8] = []
    private(set) var storageClasses: [String] = []
    private(set) var isTruncated: Bool?
    private(set) var nextToken: [UInt8]?
    private(set) var nextMarker: [UInt8]?
    private(set) var isURLEncoded = false
    /// The `Error` document that came in place of a listing.
    private(set) var failure: ErrorDocument?
    /// Why the document is not a listing.
    private(set) var malformation: String?

    private var root = Root.none
    private var depth = 0
    private var group = Group.none
    private var field = Field.none
    private var fieldStart = 0

    /// Room for a page of `count` keys.
    init(expecting count: Int) {
        rows.reserveCapacity(count)
        arena.reserveCapacity(count * 96)
    }

    func start(_ name: UnsafeBufferPointer<UInt8>) {
        depth += 1
        guard field == .none else { return malformed("an element within a value") }
        switch depth {
        case 1: open(root: name)
        case 2 where root == .listing: openInListing(name)
        case 2 where root == .error: openInError(name)
        case 3 where group == .contents: openInContents(name)
        case 3 where group == .prefixes: if name.isName("Prefix") { begin(.key) }
        case 4 where group == .contents: openInEntry(name)
        default: break
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch field {
        case .none: return
        case .key, .tag:
            arena.append(contentsOf: bytes)
            if arena.count > Self.arenaMax { malformed("a page of more than \(Self.arenaMax) bytes of keys") }
        default:
            scratch.append(contentsOf: bytes)
            if scratch.count > 8192 { malformed("a value of more than 8192 bytes") }
        }
    }

    func end(_ name: UnsafeBufferPointer<UInt8>) {
        if field != .none {
            finishField()
            field = .none
        } else if depth == 2, group != .none {
            finishRow()
            group = .none
        }
        depth -= 1
    }

    private static let arenaMax = 64 << 20
    /// Every entry is compared with all of them.
    private static let storageClassesMax = 100

    private func malformed(_ reason: String) {
        if malformation == nil { malformation = reason }
    }

    private func begin(_ field: Field) {
        self.field = field
        fieldStart = arena.count
        scratch.removeAll(keepingCapacity: true)
    }

    private func open(root name: UnsafeBufferPointer<UInt8>) {
        if name.isName("ListBucketResult") {
            root = .listing
        } else if name.isName("Error") {
            root = .error
            failure = ErrorDocument()
        } else {
            root = .other
            malformed("the answer is not a listing but <\(String(decoding: name, as: UTF8.self))>")
        }
    }

    private func openInListing(_ name: UnsafeBufferPointer<UInt8>) {
        if name.isName("Contents") {
            group = .contents
            row = Row()
        } else if name.isName("CommonPrefixes") {
            group = .prefixes
            row = Row()
            row.isPrefix = true
            row.size = 0
        } else if name.isName("IsTruncated") {
            begin(.isTruncated)
        } else if name.isName("NextContinuationToken") {
            begin(.token)
        } else if name.isName("NextMarker") {
            begin(.marker)
        } else if name.isName("EncodingType") {
            begin(.encoding)
        }
    }

    private func openInContents(_ name: UnsafeBufferPointer<UInt8>) {
        if name.isName("Key") {
            if row.hasKey { malformed("an entry with two keys") }
            begin(.key)
        } else if name.isName("ETag") {
            begin(.tag)
        } else if name.isName("Size") {
            begin(.size)
        } else if name.isName("LastModified") {
            begin(.written)
        } else if name.isName("StorageClass") {
            begin(.storageClass)
        }
    }

    private func openInEntry(_ name: UnsafeBufferPointer<UInt8>) {
        if name.isName("IsRestoreInProgress") {
            begin(.isRestoring)
        } else if name.isName("RestoreExpiryDate") {
            begin(.restoredUntil)
        }
    }

    private func openInError(_ name: UnsafeBufferPointer<UInt8>) {
        if name.isName("Code") {
            begin(.errorCode)
        } else if name.isName("Message") {
            begin(.errorMessage)
        } else if name.isName("RequestId") {
            begin(.errorRequest)
        }
    }

    private func finishField() {
        switch field {
        case .none: break
        case .key:
            row.key = fieldStart..<arena.count
            row.hasKey = true
        case .tag: row.tag = TagText.trimmed(arena, fieldStart..<arena.count)
        case .size: finishSize()
        case .written: row.written = scratch.withUnsafeBytes { ListingTime.parse($0) }
        case .storageClass: finishStorageClass()
        case .isRestoring: row.isRestoring = scratch.elementsEqual("true".utf8)
        case .restoredUntil: row.isRestored = !scratch.isEmpty
        case .isTruncated: finishTruncated()
        case .token: nextToken = scratch
        case .marker: nextMarker = scratch
        case .encoding: isURLEncoded = scratch.elementsEqual("url".utf8)
        case .errorCode: failure?.code = String(decoding: scratch, as: UTF8.self)
        case .errorMessage: failure?.message = String(decoding: scratch, as: UTF8.self)
        case .errorRequest: failure?.requestID = String(decoding: scratch, as: UTF8.self)
        }
    }

    private func finishSize() {
        var value: Int64 = 0
        guard !scratch.isEmpty, scratch.count <= 18 else { return malformed("a size that is no number") }
        for digit in scratch {
            guard digit >= 48, digit <= 57 else { return malformed("a size that is no number") }
            value = value * 10 + Int64(digit - 48)
        }
        row.size = value
    }

    private func finishTruncated() {
        if scratch.elementsEqual("true".utf8) {
            isTruncated = true
        } else if scratch.elementsEqual("false".utf8) {
            isTruncated = false
        } else {
            malformed("IsTruncated is neither true nor false")
        }
    }

    private func finishStorageClass() {
        guard !scratch.isEmpty, !scratch.withUnsafeBufferPointer({ $0.isName("STANDARD") }) else { return }
        if let known = storageClasses.firstIndex(where: { $0.utf8.elementsEqual(scratch) }) {
            row.storageClass = known
        } else if storageClasses.count == Self.storageClassesMax {
            malformed("a page of more than \(Self.storageClassesMax) storage classes")
        } else {
            row.storageClass = storageClasses.count
            storageClasses.append(String(decoding: scratch, as: UTF8.self))
        }
    }

    private func finishRow() {
        guard row.hasKey, !row.key.isEmpty else { return malformed("an entry without a key") }
        guard row.size >= 0 else { return malformed("an entry without a size") }
        rows.append(row)
    }
}

extension ListingPageReader {
    /// The page once its document has ended; a message when it is not a whole listing. Keys are URL-decoded here,
    /// where the store said that they are encoded.
    func finish() -> Result<ListingDocument, ListingDocument.Malformation> {
        if let malformation { return .failure(.init(message: malformation)) }
        guard root == .listing, let isTruncated else {
            return .failure(.init(message: "the listing does not say whether it is whole"))
        }
        if isURLEncoded {
            for index in rows.indices {
                guard let key = URLDecoding.decode(&arena, rows[index].key) else {
                    return .failure(.init(message: "a key that is not URL-encoded in a listing that should be"))
                }
                rows[index].key = key
            }
        }
        // Pages wait in memory: what was reserved beyond their bytes goes back, which takes a copy that is one.
        let bytes = arena.withUnsafeBufferPointer { Array($0) }
        return .success(
            ListingDocument(
                rows: rows, bytes: bytes, storageClasses: storageClasses, isTruncated: isTruncated,
                isURLEncoded: isURLEncoded, nextToken: nextToken, nextMarker: nextMarker))
    }
}
