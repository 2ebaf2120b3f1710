// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Markup

/// An element of a small answer: results of writes, errors, lists of buckets and uploads.
struct ReplyElement {
    let name: String
    fileprivate(set) var bytes: [UInt8] = []
    fileprivate(set) var children: [ReplyElement] = []

    fileprivate init(name: String) { self.name = name }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The first child of that name.
    subscript(_ name: String) -> ReplyElement? { children.first { $0.name == name } }

    func all(_ name: String) -> [ReplyElement] { children.filter { $0.name == name } }

    /// Reads `body`; nil when it is not one well-formed document.
    init?(parsing body: [UInt8]) {
        guard !body.isEmpty else { return nil }
        let builder = ReplyElementBuilder()
        let reader = MarkupReader(builder)
        do throws(MarkupError) {
            try reader.push(body)
            try reader.finish()
        } catch {
            return nil
        }
        guard let root = builder.root else { return nil }
        self = root
    }
}

/// Builds a ``ReplyElement`` while its document is read.
private final class ReplyElementBuilder: MarkupVisitor {
    private(set) var root: ReplyElement?
    private var open: [ReplyElement] = []

    init() {}

    func start(_ name: UnsafeBufferPointer<UInt8>) {
        open.append(ReplyElement(name: String(decoding: name, as: UTF8.self)))
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !open.isEmpty else { return }
        open[open.count - 1].bytes.append(contentsOf: bytes)
    }

    func end(_ name: UnsafeBufferPointer<UInt8>) {
        guard let element = open.popLast() else { return }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }
}
