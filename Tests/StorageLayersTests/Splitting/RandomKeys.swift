// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit

/// Sets of keys as people make them, and as nobody does.
enum RandomKeys {
    private static let scalars: [ClosedRange<UInt32>] = [
        0x21...0x7e, 0xa1...0x7ff, 0x800...0xd7ff, 0xe000...0xfffd, 0x1_0000...0x1_ffff, 0x2_0000...0x3_ffff,
        0xe_0000...0xe_ffff, 0xf_0000...0x10_fffd,
    ]

    static func set(_ random: inout SeededRandom) -> [ObjectKey] {
        let count = Int.random(in: 0...300, using: &random)
        var prefixes = (0..<Int.random(in: 1...5, using: &random)).map { _ in text(&random, 0...12) }
        if random.chance(20) { prefixes.append(String(repeating: "p", count: 900)) }
        let manner = Int.random(in: 0..<5, using: &random)
        var keys = Set<ObjectKey>()
        for number in 0..<count {
            let prefix = prefixes.randomElement(using: &random) ?? ""
            let key =
                switch manner {
                case 0: prefix + digits(number * 7, 8)
                case 1: prefix + String(random.next(), radix: 16)
                case 2: prefix + "/" + digits(number % 13, 2) + "/" + String(number)
                case 3: prefix + text(&random, 1...6)
                default: random.chance(50) ? prefix + digits(number, 4) : text(&random, 1...200)
                }
            guard key.utf8.count <= 1024, !key.isEmpty else { continue }
            keys.insert(ObjectKey(key))
        }
        return keys.sorted()
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(width - text.count, 0)) + text
    }

    private static func text(_ random: inout SeededRandom, _ length: ClosedRange<Int>) -> String {
        let plane = scalars.randomElement(using: &random) ?? 0x61...0x7a
        var text = ""
        for _ in 0..<Int.random(in: length, using: &random) {
            let range = random.chance(30) ? plane : 0x61...0x64
            let value = UInt32.random(in: range, using: &random)
            text.unicodeScalars.append(random.chance(10) ? "/" : Unicode.Scalar(value) ?? "x")
        }
        return text
    }
}
