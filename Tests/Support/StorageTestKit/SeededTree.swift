// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Objects with hostile names, the same for the same seed.
package struct SeededTree: Sendable {
    package struct Object: Sendable {
        package var key: ObjectKey
        package var content: [UInt8]
        package var modified: Timestamp
    }

    /// Sorted by key bytes, no key twice.
    package private(set) var objects: [Object]

    /// Names that order, encoding or escaping gets wrong somewhere; all valid in a directory.
    package static let names = [
        "a", "b", "foo", "foo!", "foo-", "foo-bar", "foo.d", "foo0", "Foo", "e\u{301}", "\u{e9}", "\u{fc}ber",
        "with space", " lead", "trail ", "plus+sign", "100%", "a%2Fb", "amp&and", "it's", "quote\"", "<tag>", "q?x=1",
        "hash#", "semi;colon", "co,mma", "co:lon", "ti~lde", "star*", "brack[et]", "{brace}", "back`tick", "dollar$",
        ".hidden", "..twice", "...", "-dash", "=eq", "\u{1f600}", "\u{65e5}\u{672c}", "\u{10ffff}", "z", "zz", "aux",
        "con", "\u{201b}quote", "\u{201b}2E",
    ]

    /// About `count` objects of `sizes` bytes, with the names that `tolerance` allows.
    package init(
        seed: UInt64, count: Int, tolerance: KeyTolerance = .files, sizes: Range<Int> = 0..<200, depth: Int = 4
    ) {
        var random = SeededRandom(seed: seed)
        var objects: [ObjectKey: Object] = [:]
        var files: Set<ObjectKey> = []
        var directories: Set<ObjectKey> = []
        for _ in 0..<count {
            var components = (0..<Int.random(in: 1...depth, using: &random)).map { _ in
                Self.name(tolerance, &random)
            }
            if tolerance.contains(.emptyComponents), random.chance(5) {
                components.insert("", at: Int.random(in: 0..<components.count, using: &random))
            }
            if tolerance.contains(.dotComponents), random.chance(5) {
                components.insert(".", at: Int.random(in: 0..<components.count, using: &random))
                if random.chance(50) { components.insert(contentsOf: ["up", ".."], at: 0) }
            }
            if tolerance.contains(.climbing), random.chance(3) {
                components.insert("..", at: 0)
            }
            var text = components.joined(separator: "/")
            if tolerance.contains(.trailingSlash), random.chance(3) { text += "/" }
            let key = ObjectKey(text)
            let above = Self.ancestors(of: key)
            if !tolerance.contains(.objectBesideDirectory) {
                if directories.contains(key) || above.contains(where: files.contains) { continue }
            }
            files.insert(key)
            directories.formUnion(above)
            objects[key] = Object(
                key: key, content: random.bytes(Int.random(in: sizes, using: &random)),
                modified: Timestamp(
                    seconds: Int64.random(in: 0...1_900_000_000, using: &random),
                    nanoseconds: random.chance(50) ? 0 : UInt32.random(in: 0..<1_000_000_000, using: &random)))
        }
        self.objects = objects.values.sorted { $0.key < $1.key }
    }

    private static func name(_ tolerance: KeyTolerance, _ random: inout SeededRandom) -> String {
        let name = names.randomElement(using: &random) ?? "a"
        switch Int.random(in: 0..<40, using: &random) {
        case 0 where tolerance.contains(.newline): return name + "\n" + name
        case 1 where tolerance.contains(.controls): return name + "\u{1}\u{7f}"
        case 11 where tolerance.contains(.notInXML): return "\u{ffff}x"
        case 10 where tolerance.contains(.backslash): return "back\\slash"
        case 2: return String(repeating: "n", count: 255)
        case 3 where tolerance.contains(.longComponents): return String(repeating: "l", count: 300)
        case 4...9: return name + String(Int.random(in: 0..<20, using: &random))
        default: return name
        }
    }

    /// `a` and `a/b` of `a/b/c`.
    private static func ancestors(of key: ObjectKey) -> [ObjectKey] {
        (0..<key.bytes.count).filter { key.bytes[$0] == UInt8(ascii: "/") }.map { ObjectKey(key.bytes.prefix($0)) }
    }
}
