// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Told what a ``MarkupReader`` finds, in document order. Pointers are valid during the call only.
package protocol MarkupVisitor: AnyObject {
    /// An element begins. `name` has no namespace prefix; attributes are passed over.
    func start(_ name: UnsafeBufferPointer<UInt8>)
    /// Some text in UTF-8, references resolved. One run of text may come in several calls, cut anywhere.
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
    /// The innermost element ends.
    func end(_ name: UnsafeBufferPointer<UInt8>)
}
