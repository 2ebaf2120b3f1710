// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// A whole listing page as the store sent it, decoded.
struct ListingDocument: Sendable {
    /// Why an answer is no listing page.
    struct Malformation: Error {
        var message: String
    }

    var rows: [ListingPageReader.Row]
    /// The keys and ETags that ``rows`` point into.
    var bytes: [UInt8]
    var storageClasses: [String]
    var isTruncated: Bool
    /// Whether the store encoded the keys, which are decoded here.
    var isURLEncoded: Bool
    var nextToken: [UInt8]?
    /// As sent.
    var nextMarker: [UInt8]?

    /// Where the page after this one begins in the older form of listing, which ends with `last`; nil when the store
    /// leaves that to the keys.
    ///
    /// Some stores encode NextMarker as they encode the keys, some do not; where it begins with the last key, that
    /// tells. SeaweedFS names `foo/` behind an object `foo`, since behind `foo` it would pass over what is in `foo/`.
    func marker(after last: ObjectKey?) -> SharedBytes? {
        guard let nextMarker, !nextMarker.isEmpty else { return nil }
        let sent = SharedBytes(nextMarker)
        guard isURLEncoded else { return sent }
        if let last, sent.hasPrefix(last.bytes) { return sent }
        var marker = nextMarker
        return URLDecoding.decode(&marker, 0..<marker.count).map { SharedBytes(Array(marker[$0])) } ?? sent
    }
}
