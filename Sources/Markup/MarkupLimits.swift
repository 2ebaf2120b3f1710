// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How much a document may ask of its reader.
package struct MarkupLimits: Sendable, Hashable {
    /// The most elements open at once.
    package var depthMax: Int
    /// The most bytes of text between two tags.
    package var textBytesMax: Int

    package init(depthMax: Int = 64, textBytesMax: Int = 1 << 20) {
        self.depthMax = depthMax
        self.textBytesMax = textBytesMax
    }
}
