// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@Suite struct ObjectKeyTests {
    @Test func isBelowReadsKeysAsPaths() {
        for (key, parent, isBelow) in [
            ("a/b", "a", true), ("a/b/c", "a", true), ("a/", "a", true), ("a", "a", false), ("ab/c", "a", false),
            ("a-/b", "a", false), ("b/a", "a", false), ("a", "a/b", false),
        ] {
            #expect(ObjectKey(key).isBelow(ObjectKey(parent)) == isBelow, "\(key) \(parent)")
        }
    }

    @Test func compositionsOfOneCharacterAreTwoKeys() {
        let composed = ObjectKey("caf\u{e9}")
        let decomposed = ObjectKey("cafe\u{301}")
        #expect(composed.description == decomposed.description, "String cannot tell them apart")
        #expect(composed != decomposed)
        #expect(decomposed < composed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test func orderIsThatOfBytes() {
        let sorted = [
            "", "\u{1}", "!", "-", "/", "0", "A", "a", "a!", "a/", "aa", "\u{7f}", "\u{e9}", "\u{ffff}", "\u{10000}",
        ]
        #expect(sorted.map { ObjectKey($0) }.shuffled().sorted().map(\.bytes) == sorted.map { SharedBytes($0) })
    }

    @Test func keysThatAreNotUTF8() {
        let key = ObjectKey(SharedBytes([0x61, 0xff, 0x2f]))
        #expect(!key.isUTF8)
        #expect(key.isDirectoryMarker)
        #expect(key.description == "a\u{fffd}/")
        #expect(ObjectKey("\u{10ffff}").isUTF8)
        #expect(ObjectKey.root.isUTF8 && ObjectKey.root.isRoot)
    }

    @Test func prefixesAndComponents() {
        let key = ObjectKey("a/b/c")
        #expect(key.hasPrefix(.root) && key.hasPrefix(ObjectKey("a/")) && key.hasPrefix(key))
        #expect(!key.hasPrefix(ObjectKey("a/b/cc")) && !key.hasPrefix(ObjectKey("b")))
        #expect(key.lastComponent == ObjectKey("c"))
        #expect(ObjectKey("a/").lastComponent == .root)
        #expect(ObjectKey("a").lastComponent == ObjectKey("a"))
        #expect(ObjectKey("c").prefixed(by: ObjectKey("a/b/")) == key)
        #expect(key.prefixed(by: .root) == key)
        #expect(key.dropFirst(2) == ObjectKey("b/c"))
    }

    @Test func pathComponentOrder() {
        let order = ListingOrder.pathComponents
        let sorted = [
            "foo", "foo/", "foo/x", "foo/x/y", "foo/x!", "foo!/b", "foo-/a", "foo-bar", "foo.d/x", "foo0", "fop",
        ]
        .map { ObjectKey($0) }
        for (index, low) in sorted.enumerated() {
            #expect(order.compare(low, low) == 0)
            for high in sorted.dropFirst(index + 1) {
                #expect(order.compare(low, high) < 0 && order.compare(high, low) > 0, "\(low) \(high)")
            }
        }
    }

    /// The order that splits into components and compares those, as a store that walks directories does.
    @Test func pathComponentOrderIsThatOfSplitKeys() {
        var random = SystemRandomNumberGenerator()
        let letters = Array("/!-0a\u{e9}".utf8) + [0x01, 0xff]
        for _ in 0..<20_000 {
            let keys = (0..<2).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).map { _ in letters.randomElement() ?? 0 }
            }
            let parts = keys.map { $0.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) }
            let wanted: Bool
            if let index = zip(parts[0], parts[1]).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
                wanted = parts[0][index].lexicographicallyPrecedes(parts[1][index])
            } else {
                wanted = parts[0].count < parts[1].count
            }
            let (a, b) = (ObjectKey(SharedBytes(keys[0])), ObjectKey(SharedBytes(keys[1])))
            #expect((ListingOrder.pathComponents.compare(a, b) < 0) == wanted, "\(keys)")
            #expect((ListingOrder.keyBytes.compare(a, b) < 0) == keys[0].lexicographicallyPrecedes(keys[1]))
        }
    }
}
