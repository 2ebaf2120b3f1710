// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// A key is any bytes that are UTF-8: what is written under it is listed and read under it.
    static let keys = [
        keys(
            "keys of any script, with spaces and signs",
            [
                "sp ace", "plus+%2F%41", "amp&er<>\"'", "que?ry=1&b#frag", "tilde~!*'()", "caf\u{e9}", "cafe\u{301}",
                "日本語/ключ/🙂", "semi;colon:,@$", "[br]{ac}|^`", "=",
            ]),
        keys("`a` beside `a/b`", ["a", "a/b", "a/b/c", "a-b"]),
        keys("keys with line breaks", ["new\nline", "\n"]),
        keys("keys with other control characters", ["tab\tcr\r", "bell\u{7}"]),
        keys("keys with `//`", ["a//b", "a/b"]),
        keys("keys that begin with `/`", ["/lead"], atRoot: true),
        keys("keys that end in `/`, with content", ["trail/"]),
        keys("keys with `.` or `..` between slashes", ["dot/./x", "dot/../y", "dot/z/.."]),
        keys("keys that lead above the bucket, `../a`", ["../up"], atRoot: true),
        keys("keys with a backslash", ["back\\slash"]),
        keys("keys with more than 255 bytes between slashes", [String(repeating: "k", count: 900)]),
        keys("keys that no XML can hold", ["not\u{ffff}in XML"]),
    ]

    /// `atRoot`: the names are whole keys.
    private static func keys(_ name: String, _ names: [String], atRoot: Bool = false) -> Feature {
        Feature(name) { scene in
            let backend = scene.backend()
            let wanted = names.map { atRoot ? ObjectKey($0) : scene.key($0) }
            do {
                for key in wanted { try await backend.put(Array(key.bytes.array), at: key) }
            } catch let error as StorageError where !error.isTransient {
                return .refused(error)
            }
            var found: [ObjectKey] = []
            do {
                found =
                    try await atRoot ? backend.entries(under: wanted[0]).map(\.key) : scene.entries(backend).map(\.key)
            } catch let error as StorageError where !error.isTransient {
                // Where it stands instead, no listing may show.
            }
            var isWhole = Set(found) == Set(wanted) && found.count == wanted.count
            for key in wanted where isWhole {
                isWhole = try await backend.get(key) == key.bytes.array
            }
            let outcomes = try await backend.delete(wanted.map { Deletion(key: $0) })
            guard isWhole else { return .ignored }
            try expectEqual(outcomes.compactMap { $0.error?.description }, [], "failed deletions")
            try expectEqual(
                try await atRoot ? backend.entries(under: wanted[0]).count : scene.entries(backend).count, 0,
                "left over")
            return .proven
        }
    }
}
