// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

@testable import BackendLocal

/// Keys as paths: none leaves the root, and an escaped name is the name of one key only.
enum KeyEscapingTarget: FuzzTarget {
    static let name = "key-escaping"
    static let lengthMax = 300

    static let seeds = ["a//b/../.", "\u{201b}2E\u{201b}\u{201b}-", ".godwit-tmp-x", "x/\u{0}y", "\u{201b}-"]
    static let dictionary = ["/", "..", ".", "\u{201b}", "\u{201b}-", "\u{201b}2E", "\u{201b}00", ".godwit", "\u{0}"]

    static func check(_ input: [UInt8]) throws {
        let key = ObjectKey(SharedBytes(input))
        for escapes in [false, true] {
            guard let path = try? LocalPath(key, escapes: escapes) else { continue }
            let bytes = path.bytes.dropLast()
            try require(!bytes.contains(0), "a NUL within a path")
            let names = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            for name in names {
                let isDots = name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
                try require(!isDots, "\(Array(bytes)) leaves its directory")
                try require(name.count <= 255, "a name of \(name.count) bytes")
            }
            guard escapes else { continue }
            let decoded = try names.map { name in
                guard let component = Array(name).withUnsafeBytes({ KeyEscaping.decode($0) }) else {
                    throw Finding("an escaped name is no key: \(Array(name))")
                }
                return component
            }
            try require(Array(decoded.joined(separator: [UInt8(ascii: "/")])) == input, "another key comes back")
        }
        for name in input.split(separator: UInt8(ascii: "/")) {
            guard let component = Array(name).withUnsafeBytes({ KeyEscaping.decode($0) }) else { continue }
            var again = [UInt8]()
            component.withUnsafeBytes { KeyEscaping.encode($0, into: &again) }
            try require(again == Array(name), "two names are one key")
        }
    }
}
