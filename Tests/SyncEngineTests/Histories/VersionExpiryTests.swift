// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine
import Testing

/// Old versions go by their number and by the time at which they were replaced, never what is current.
@Suite struct VersionExpiryTests {
    /// The newest first, a second apart from `now` backwards; `-`: a delete marker.
    private func entries(_ key: String, _ text: String) -> [Entry] {
        text.enumerated().map { index, character in
            Entry(
                key: ObjectKey(key), kind: character == "-" ? .deleteMarker : .object, size: 1,
                written: Timestamp(seconds: 100 - Int64(index)), version: "\(key)\(index)")
        }
    }

    private func expired(_ lists: [[Entry]], keep: Int, age: Int) -> [String] {
        var expiry = VersionExpiry(keep: keep, age: .seconds(age), now: Timestamp(seconds: 100))
        var expired = lists.flatMap(\.self).flatMap { expiry.expired($0) }
        expired += expiry.expired(nil)
        return expired.compactMap(\.version)
    }

    @Test(arguments: [
        ("aaaa", 0, 0, ["k1", "k2", "k3"]), ("aaaa", 1, 0, ["k2", "k3"]), ("aaaa", 9, 0, []),
        // Replaced when the one above it came: k1 at 100, k2 at 99.
        ("aaaa", 0, 1, ["k2", "k3"]), ("aaaa", 1, 2, ["k3"]), ("aaaa", 0, 50, []),
        ("a", 0, 0, []), ("-a", 0, 0, ["k1", "k0"]), ("-a", 1, 0, []), ("-", 0, 0, ["k0"]), ("-", 0, 1, []),
        ("-a-a", 0, 0, ["k1", "k2", "k3", "k0"]), ("a-", 0, 0, ["k1"]), ("--a", 1, 0, ["k2"]),
    ])
    func oneKey(versions: String, keep: Int, age: Int, gone: [String]) {
        #expect(expired([entries("k", versions)], keep: keep, age: age) == gone)
    }

    @Test func everyKeyIsCountedByItself() {
        let lists = [entries("a", "-a"), entries("b", "aa"), entries("c", "-")]
        #expect(expired(lists, keep: 0, age: 0) == ["a1", "a0", "b1", "c0"])
        #expect(expired(lists, keep: 1, age: 0) == ["c0"])
    }

    @Test func whatHasNoTimeStays() {
        let entries = ["1", "0"].map { Entry(key: ObjectKey("a"), size: 1, version: $0) }
        #expect(expired([entries], keep: 0, age: 0) == [])
    }
}
