// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel
import Testing

@Suite struct PartitionTests {
    /// The parts of seven that rclone 1.75.2 puts these names into (`lsf -R --hash-filter K/7`).
    @Test(arguments: [
        ("File11.TXT", 0), ("File5.TXT", 0), ("Fé.txt", 0), ("Fe\u{301}.TXT", 0), ("Sub/x", 0), ("File3.TXT", 1),
        ("File9.TXT", 2), ("File4.TXT", 3), ("File2.TXT", 4), ("File10.TXT", 5), ("Sub/ǅÀ", 5), ("file12.txt", 5),
        ("File1.TXT", 6),
    ])
    func isThatOfRclone(name: String, part: UInt64) throws {
        let key = ObjectKey(name)
        for index in 0..<UInt64(7) {
            var definition = SelectionDefinition(now: Timestamp(seconds: 0))
            definition.partition = Partition("\(index)/7")
            let selection = try Selection(definition)
            #expect(!selection.isEverything)
            #expect(selection.selects(Entry(key: key, size: 0), key: key) == (index == part), "\(name) in \(index)")
        }
    }

    @Test func reads() {
        #expect(Partition("3/3") == Partition(index: 0, count: 3))
        #expect(Partition("@/5") { _ in 4 } == Partition(index: 4, count: 5))
        for bad in ["", "/", "1", "1/0", "x/3", "-1/3", "+1/3", "1/+3", "0x1/3", "1/3/2", " 1/3", "@/0"] {
            #expect(Partition(bad) == nil, "\(bad)")
        }
    }
}
