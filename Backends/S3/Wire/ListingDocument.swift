// Part of godwit. SPDX-License-Identifier: Apache-2.0

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
    var nextToken: [UInt8]?
    var nextMarker: [UInt8]?
}
