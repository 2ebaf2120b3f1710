// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLibXML2
internal import Synchronization

/// libxml2's push parsers that were used and can be used again: making one costs more than a short document does.
enum ParserPool {
    /// `@unchecked Sendable`: whoever takes it out of the pool is the only one who has it.
    private struct Idle: @unchecked Sendable {
        var parser: xmlParserCtxtPtr
        var documents: Int
    }

    /// Documents of at most so many bytes, and so many of them: a parser keeps every name that it has read.
    private static let bytesMax = 4 << 10
    private static let documentsMax = 1_000
    private static let idleMax = 8
    private static let idle = Mutex<[Idle]>([])

    /// A parser that calls `handler`, and how many documents it has read; nil: out of memory. The caller says with what it
    /// calls.
    static func take(_ handler: inout xmlSAXHandler) -> (parser: xmlParserCtxtPtr, documents: Int)? {
        guard let taken = known() ?? xmlCreatePushParserCtxt(&handler, nil, nil, 0, nil).map({ ($0, 0) }) else {
            return nil
        }
        xmlCtxtUseOptions(taken.0, Int32(XML_PARSE_NONET.rawValue))
        return taken
    }

    private static func known() -> (xmlParserCtxtPtr, Int)? {
        guard let known = idle.withLock({ $0.popLast() }) else { return nil }
        guard xmlCtxtResetPush(known.parser, nil, 0, nil, nil) == 0 else {
            free(known.parser)
            return nil
        }
        // As a new one has it: the encoding is told by the first bytes.
        known.parser.pointee.charset = XML_CHAR_ENCODING_NONE.rawValue
        return (known.parser, known.documents)
    }

    /// Takes back a parser that has read a document of `bytes` to its end.
    static func give(_ parser: xmlParserCtxtPtr, documents: Int, bytes: Int) {
        let isKept =
            bytes <= bytesMax && documents < documentsMax
            && idle.withLock { idle in
                guard idle.count < idleMax else { return false }
                idle.append(Idle(parser: parser, documents: documents + 1))
                return true
            }
        if !isKept { free(parser) }
    }

    static func free(_ parser: xmlParserCtxtPtr) {
        if let document = parser.pointee.myDoc { xmlFreeDoc(document) }
        xmlFreeParserCtxt(parser)
    }
}
