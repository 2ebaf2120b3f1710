// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Markup
import StorageModel

@testable import BackendS3

/// Keys of any bytes through a listing that encodes them: what is listed is what was encoded.
enum ListingKeysTarget: FuzzTarget {
    static let name = "listing-keys"
    static let seeds = ["a/b\nc d+e\n%2F\n\u{e9}", "..\n//\n\u{1}\u{7f}\n&<>\""]
    static let dictionary = ["%25", "+", "&amp;", "]]>", "\u{fffe}", "<Key>", "/", "//"]

    static func check(_ input: [UInt8]) throws {
        let keys = input.split(separator: 10).map(Array.init)
        var writer = MarkupWriter()
        writer.open("ListBucketResult")
        try writer.element("IsTruncated", "false")
        for key in keys {
            writer.open("Contents")
            // As some stores do: a space is a plus.
            let encoded = PercentEncoding.query(SharedBytes(key)).split(
                separator: "%20", omittingEmptySubsequences: false
            )
            .joined(separator: "+")
            try writer.element("Key", encoded)
            try writer.element("Size", "0")
            writer.close()
        }
        try writer.element("EncodingType", "url")
        writer.close()
        guard case .page(let page) = ListingPageTarget.read(writer.bytes, piece: 1 + input.count % 31) else {
            throw Finding("a page of encoded keys is not read")
        }
        try require(page.rows.map { Array(page.bytes[$0.key]) } == keys, "other keys than were encoded")
    }
}
