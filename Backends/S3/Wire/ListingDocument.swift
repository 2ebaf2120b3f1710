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

    /// Where the page after this one begins in the older form of listing, which ends with `last`.
    ///
    /// That is the last key or common prefix, except where a store names something else that cannot be taken for it:
    /// some encode NextMarker like the keys, some do not, and only the keys can be trusted to say which.
    func markerAfter(_ last: ObjectKey?, isRolledUp: Bool) -> SharedBytes? {
        if let last, !isRolledUp || nextMarker.map({ last.bytes == SharedBytes($0) }) ?? true {
            return last.bytes.detached()
        }
        guard var marker = nextMarker, !marker.isEmpty else { return last?.bytes.detached() }
        guard isURLEncoded else { return SharedBytes(marker) }
        return URLDecoding.decode(&marker, 0..<marker.count).map { SharedBytes(Array(marker[$0])) }
    }
}
