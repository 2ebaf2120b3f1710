// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The keys that a store takes beyond ordinary ones; a test asks only for those.
package struct KeyTolerance: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `a\nb`.
    package static let newline = KeyTolerance(rawValue: 1)
    /// `a//b`, `/a`.
    package static let emptyComponents = KeyTolerance(rawValue: 2)
    /// `./a`, `a/../b`.
    package static let dotComponents = KeyTolerance(rawValue: 4)
    /// `foo` beside `foo/x`.
    package static let objectBesideDirectory = KeyTolerance(rawValue: 8)
    /// `a/` with content.
    package static let trailingSlash = KeyTolerance(rawValue: 16)
    /// Components of more than 255 bytes.
    package static let longComponents = KeyTolerance(rawValue: 32)
    /// Control characters besides newline.
    package static let controls = KeyTolerance(rawValue: 64)

    package static let all: KeyTolerance = [
        .newline, .emptyComponents, .dotComponents, .objectBesideDirectory, .trailingSlash, .longComponents, .controls,
    ]
    /// What a directory tree takes.
    package static let files: KeyTolerance = [.newline, .controls]
}
