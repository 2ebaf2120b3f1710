// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How much a document may ask of its reader.
package struct MarkupLimits: Sendable, Hashable {
    /// The most elements open at once.
    package var depthMax: Int
    /// The most bytes of text between two tags.
    package var textBytesMax: Int
    /// The most elements of the document: each costs its reader far more memory than its few bytes.
    package var elementsMax: Int

    package init(depthMax: Int = 64, textBytesMax: Int = 1 << 20, elementsMax: Int = 1 << 17) {
        self.depthMax = depthMax
        self.textBytesMax = textBytesMax
        self.elementsMax = elementsMax
    }
}
