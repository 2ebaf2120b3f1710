// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Markup

@testable import BackendS3

/// Small answers: errors, lists of parts and of uploads. What was read reads the same when it is written anew, and is not
/// deeper than the limit.
enum ReplyTarget: FuzzTarget {
    static let name = "reply"

    static let seeds = [
        "<Error><Code>NoSuchKey</Code><Message>The &quot;key&quot;</Message><RequestId>1</RequestId></Error>",
        "<ErrorResponse><Error><Code>A</Code><Region>eu-west-1</Region></Error></ErrorResponse>",
        """
        <ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>2</NextPartNumberMarker>
        <Part><PartNumber>1</PartNumber><ETag>"x"</ETag><Size>5</Size></Part></ListPartsResult>
        """,
        "<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code></Error></DeleteResult>",
        "<a><b><c><d><e/></d></c></b><![CDATA[<x>]]></a>",
    ]

    static let dictionary = [
        "<a>", "</a>", "<a/>", "<![CDATA[", "]]>", "<!--", "-->", "&#x1F600;", "&lt;", "<!DOCTYPE a SYSTEM 'file:///'>",
        "<?pi ?>", "xmlns='x'", "<Code>", "</Code>", "<Error>", "</Error>",
    ]

    static func check(_ input: [UInt8]) throws {
        _ = ErrorDocument(parsing: input)
        guard let root = ReplyElement(parsing: input) else { return }
        let limit = MarkupLimits().depthMax
        try require(depth(root) <= limit, "deeper than \(limit)")
        var writer = MarkupWriter()
        do { try write(root, &writer) } catch { throw Finding("what XML carried cannot be written: \(error)") }
        guard let again = ReplyElement(parsing: writer.bytes) else {
            throw Finding("what was read cannot be read again")
        }
        try require(isEqual(root, again), "what was read reads otherwise when it is written anew")
    }

    private static func depth(_ element: ReplyElement) -> Int { 1 + (element.children.map(depth).max() ?? 0) }

    /// Text beside elements means nothing in these answers and is left out.
    private static func write(_ element: ReplyElement, _ writer: inout MarkupWriter) throws {
        guard !element.children.isEmpty else { return try writer.element(element.name, bytes: element.bytes) }
        writer.open(element.name)
        for child in element.children { try write(child, &writer) }
        writer.close()
    }

    private static func isEqual(_ a: ReplyElement, _ b: ReplyElement) -> Bool {
        guard a.name == b.name, a.children.count == b.children.count else { return false }
        if a.children.isEmpty { return a.bytes == b.bytes }
        return zip(a.children, b.children).allSatisfy(isEqual)
    }
}
