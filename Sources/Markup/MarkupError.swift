// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Why a document could not be read or written.
package struct MarkupError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// Not well-formed XML, or cut off.
        case malformed
        /// A document type declaration, which no store sends and entity bombs need.
        case forbidden
        /// Deeper or longer than the limits.
        case limitExceeded
        /// A character that XML 1.0 cannot carry, or bytes that are not UTF-8.
        case unwritable
    }

    package let kind: Kind
    /// 1-based; 0 when writing.
    package let line: Int
    package let message: String

    init(_ kind: Kind, line: Int = 0, _ message: String) {
        self.kind = kind
        self.line = line
        self.message = message
    }

    package var description: String { line > 0 ? "line \(line): \(message)" : message }
}
