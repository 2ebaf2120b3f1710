// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The keys that a store takes beyond ordinary ones; a test asks only for those.
package struct KeyTolerance: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `a\nb`.
    package static let newline = KeyTolerance(rawValue: 1)
    /// `a//b`, `/a`.
    package static let emptyComponents = KeyTolerance(rawValue: 2)
    /// `./a`, `a/../b`; nothing that leads above the root.
    package static let dotComponents = KeyTolerance(rawValue: 4)
    /// `foo` beside `foo/x`.
    package static let objectBesideDirectory = KeyTolerance(rawValue: 8)
    /// `a/` with content.
    package static let trailingSlash = KeyTolerance(rawValue: 16)
    /// Components of more than 255 bytes.
    package static let longComponents = KeyTolerance(rawValue: 32)
    /// Control characters besides newline.
    package static let controls = KeyTolerance(rawValue: 64)

    /// A backslash.
    package static let backslash = KeyTolerance(rawValue: 128)

    /// `../a`.
    package static let climbing = KeyTolerance(rawValue: 256)
    /// Characters that XML cannot have (U+FFFF).
    package static let notInXML = KeyTolerance(rawValue: 512)

    package static let all: KeyTolerance = [
        .newline, .emptyComponents, .dotComponents, .objectBesideDirectory, .trailingSlash, .longComponents, .controls,
        .backslash, .climbing, .notInXML,
    ]
    /// What a directory tree takes.
    package static let files: KeyTolerance = [.newline, .controls, .backslash, .notInXML]
}
