// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLibXML2

/// Reads one XML document as its bytes arrive.
///
/// No document type, hence no entities but the five predefined ones; no files, no network. After an error the visitor
/// is not called again and every further call throws the same error. For one thread at a time, whichever it is.
package final class MarkupReader {
    private let visitor: any MarkupVisitor
    private let limits: MarkupLimits
    private var context: xmlParserCtxtPtr?
    /// Documents that the parser has read before, and bytes of this one.
    private let documents: Int
    private var bytes = 0
    private var failure: MarkupError?
    private var depth = 0
    private var textBytes = 0
    private var elements = 0

    private static let library: Void = xmlInitParser()

    package init(_ visitor: any MarkupVisitor, limits: MarkupLimits = MarkupLimits()) {
        _ = Self.library
        self.visitor = visitor
        self.limits = limits
        var handler = Self.handler
        guard let (parser, documents) = ParserPool.take(&handler) else {
            preconditionFailure("out of memory")
        }
        self.documents = documents
        context = parser
        parser.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit { free() }

    /// Reads on. A document may be cut anywhere, even within a character.
    package func push(_ bytes: UnsafeRawBufferPointer) throws(MarkupError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = min(rest.count, 1 << 24)
            try parse(base.assumingMemoryBound(to: CChar.self), count, isLast: false)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    package func push(_ bytes: [UInt8]) throws(MarkupError) {
        try bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(MarkupError) in
            try push(UnsafeRawBufferPointer(bytes))
        }
    }

    /// The document is over: throws unless it was whole.
    package func finish() throws(MarkupError) {
        try parse(nil, 0, isLast: true)
        guard let context else { return }
        self.context = nil
        ParserPool.give(context, documents: documents, bytes: bytes)
    }

    private func parse(_ bytes: UnsafePointer<CChar>?, _ count: Int, isLast: Bool) throws(MarkupError) {
        if let failure { throw failure }
        guard let context else { throw MarkupError(.malformed, "bytes after the end of the document") }
        self.bytes += count
        let status = xmlParseChunk(context, bytes, Int32(count), isLast ? 1 : 0)
        if failure == nil, context.pointee.wellFormed == 0 {
            failure = MarkupError(.malformed, line: line, "not well-formed (libxml2 error \(status))")
        }
        if let failure {
            free()
            throw failure
        }
    }

    private var line: Int {
        guard let input = context?.pointee.input else { return 0 }
        return Int(input.pointee.line)
    }

    private func free() {
        guard let context else { return }
        self.context = nil
        ParserPool.free(context)
    }

    private func fail(_ kind: MarkupError.Kind, line: Int? = nil, _ message: String) {
        guard failure == nil else { return }
        failure = MarkupError(kind, line: line ?? self.line, message)
        if let context { xmlStopParser(context) }
    }

    // MARK: What libxml2 calls

    private func started(_ name: UnsafeBufferPointer<UInt8>) {
        guard failure == nil else { return }
        textBytes = 0
        depth += 1
        elements += 1
        guard elements <= limits.elementsMax else {
            return fail(.limitExceeded, "more than \(limits.elementsMax) elements")
        }
        guard depth <= limits.depthMax else {
            return fail(.limitExceeded, "more than \(limits.depthMax) elements within one another")
        }
        visitor.start(name)
    }

    private func ended(_ name: UnsafeBufferPointer<UInt8>) {
        guard failure == nil else { return }
        textBytes = 0
        depth -= 1
        visitor.end(name)
    }

    private func found(_ text: UnsafeBufferPointer<UInt8>) {
        guard failure == nil else { return }
        textBytes += text.count
        guard textBytes <= limits.textBytesMax else {
            return fail(.limitExceeded, "more than \(limits.textBytesMax) bytes of text in one element")
        }
        visitor.text(text)
    }

    private func refused(_ message: String, line: Int) {
        fail(.malformed, line: line, message)
    }

    private static func reader(_ data: UnsafeMutableRawPointer?) -> MarkupReader? {
        data.map { Unmanaged<MarkupReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func bytes(_ name: UnsafePointer<xmlChar>?) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: name, count: name.map { Int(xmlStrlen($0)) } ?? 0)
    }

    private static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { data, name, _, _, _, _, _, _, _ in
            MarkupReader.reader(data)?.started(MarkupReader.bytes(name))
        }
        handler.endElementNs = { data, name, _, _ in
            MarkupReader.reader(data)?.ended(MarkupReader.bytes(name))
        }
        let text: charactersSAXFunc = { data, bytes, count in
            MarkupReader.reader(data)?.found(UnsafeBufferPointer(start: bytes, count: Int(count)))
        }
        // The same function for both, or libxml2 guesses which white space matters.
        handler.characters = text
        handler.ignorableWhitespace = text
        handler.cdataBlock = text
        handler.internalSubset = { data, _, _, _ in
            MarkupReader.reader(data)?.fail(.forbidden, "a document type declaration")
        }
        handler.serror = { data, error in
            guard let error, error.pointee.level == XML_ERR_FATAL else { return }
            let message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed"
            MarkupReader.reader(data)?.refused(
                String(message.prefix { $0 != "\n" }), line: Int(error.pointee.line))
        }
        return handler
    }
}
