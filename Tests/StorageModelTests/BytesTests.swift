// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@Suite struct BytesTests {
    @Test func comparingIsLexicographic() {
        for _ in 0..<50_000 {
            // Long common beginnings at odd offsets, so that the words of eight bytes are crossed.
            let shared = [UInt8](repeating: 0x80, count: Int.random(in: 0...20))
            let arrays = (0..<2).map { _ in shared + (0..<Int.random(in: 0...10)).map { _ in UInt8.random(in: 0...255) }
            }
            let slices = arrays.map { array in
                let lead = Int.random(in: 0...9)
                let buffer = [UInt8](repeating: 7, count: lead) + array + [9, 9]
                return SharedBytes(buffer, lead..<lead + array.count)
            }
            let wanted = arrays[0].lexicographicallyPrecedes(arrays[1])
            #expect((slices[0] < slices[1]) == wanted)
            #expect((slices[0].compare(slices[1]) < 0) == wanted)
            #expect((slices[0] == slices[1]) == (arrays[0] == arrays[1]))
            #expect(slices[0].array == arrays[0])
            if slices[0] == slices[1] { #expect(slices[0].hashValue == slices[1].hashValue) }
        }
    }

    @Test func slicesShareAndDetach() {
        let bytes = SharedBytes(Array("hello/world".utf8))
        #expect(bytes.dropFirst(6).text == "world")
        #expect(bytes.prefix(5) == SharedBytes("hello"))
        #expect(bytes.dropFirst(6).prefix(3).detached() == SharedBytes("wor"))
        #expect(bytes.firstIndex(of: UInt8(ascii: "o")) == 4)
        #expect(bytes.lastIndex(of: UInt8(ascii: "o")) == 7)
        #expect(bytes.dropFirst(6).firstIndex(of: UInt8(ascii: "o")) == 1)
        #expect(bytes.hasSuffix(UInt8(ascii: "d")) && !SharedBytes([]).hasSuffix(0))
        #expect(bytes.dropFirst(11).isEmpty)
        #expect(SharedBytes([1, 2]).hasPrefix(SharedBytes([])))
        #expect(!SharedBytes([1]).hasPrefix(SharedBytes([1, 2])))
    }

    @Test func partBufferFillsAndRefuses() throws {
        let buffer = PartBuffer(capacity: 5)
        #expect([1, 2, 3].withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[..<3])) })
        let wrote = buffer.fill(upTo: 100) { room in
            #expect(room.count == 2)
            room[0] = 9
            return 1
        }
        #expect(wrote == 1 && buffer.count == 4)
        #expect(![7, 8].withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[..<2])) })
        #expect(buffer.count == 4, "what does not fit is not begun")
        buffer.reset()
        #expect(buffer.count == 0 && buffer.array.isEmpty && buffer.capacity == 5)
        #expect(PartBuffer([4, 5]).array == [4, 5])
        #expect(PartBuffer(capacity: 0).fill(upTo: 10) { $0.count } == 0)
    }
}
