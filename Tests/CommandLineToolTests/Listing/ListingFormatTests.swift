// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import CommandLineTool

@Suite struct ListingFormatTests {
    private func file(_ path: String, size: Int64 = 3) -> ListedItem {
        ListedItem(path: ObjectKey(path), entry: Entry(key: ObjectKey(path), size: size))
    }

    private func directory(_ path: String) -> ListedItem {
        ListedItem(path: ObjectKey(path), entry: Entry(key: ObjectKey(path + "/"), kind: .directory, size: -1))
    }

    @Test func lsf() throws {
        var format = try #require(LsfFormat("psh"))
        #expect(format.line(file("a b"), hash: "d41d") == Array("a b;3;d41d".utf8))
        #expect(format.line(directory("d"), hash: "x") == Array("d/;-1;".utf8))
        format.isAbsolute = true
        format.marksDirectories = false
        format.separator = " | "
        #expect(format.line(directory("d"), hash: "") == Array("/d | -1 | ".utf8))
        format.isCSV = true
        format.separator = ","
        #expect(format.line(file("a,\"b"), hash: "d") == Array("\"/a,\"\"b\",3,d".utf8))
        #expect(LsfFormat("px") == nil)
    }

    @Test func lsjson() {
        let format = LsjsonFormat(showsTime: false, showsType: false)
        var item = file("d/<n>.txt")
        item.entry.storageClass = "GLACIER"
        let hashes = [Checksum(.md5, .init(repeating: 0xab, count: 16)), Checksum(.crc32, [0, 0, 0, 1])]
        #expect(
            String(decoding: format.object(item, hashes: hashes), as: UTF8.self)
                == #"{"Path":"d/\u003cn\u003e.txt","Name":"\u003cn\u003e.txt","Size":3,"ModTime":"","IsDir":false,"#
                + #""Hashes":{"crc32":"00000001","md5":"abababababababababababababababab"},"Tier":"GLACIER"}"#)
        var bucket = directory("bkt")
        bucket.isBucket = true
        let text = String(decoding: LsjsonFormat(showsTime: true).object(bucket, hashes: []), as: UTF8.self)
        #expect(
            text.contains(#""MimeType":"inode/directory","ModTime":"2000-01-01T"#) && text.contains(#""IsBucket":true"#)
        )
    }

    @Test("A directory stands where its name sorts, though its key comes later")
    func nameOrder() {
        let keys = [file("foo!"), file("foo-a"), file("foo-b"), directory("foo"), file("foo0"), file("g"), file("g-x")]
        var order = NameOrder()
        var shown = keys.flatMap { order.add($0) }
        #expect(shown.map(\.path.description) == ["foo", "foo!", "foo-a", "foo-b", "foo0", "g"])
        shown += order.finish()
        #expect(shown.map(\.path.description) == ["foo", "foo!", "foo-a", "foo-b", "foo0", "g", "g-x"])
    }

    @Test("Name order equals sorting, for every small set", arguments: 0..<200)
    func nameOrderModel(_ seed: Int) {
        var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var items: [ObjectKey: ListedItem] = [:]
        for _ in 0..<12 {
            let name = (0...next(3)).map { _ in ["a", "-", ".", "0", "!"][next(5)] }.joined()
            let item = next(2) == 0 ? file(name) : directory(name)
            items[ObjectKey(item.isDirectory ? name + "/" : name)] = item
        }
        let inKeyOrder = items.sorted { $0.key < $1.key }.map(\.value)
        var order = NameOrder()
        let shown = inKeyOrder.flatMap { order.add($0) } + order.finish()
        #expect(shown.map(\.path) == shown.map(\.path).sorted())
        #expect(shown.count == items.count)
    }

    @Test func directoryTrail() {
        for isOrdered in [true, false] {
            var trail = DirectoryTrail(isOrdered: isOrdered)
            func enter(_ key: String) -> [String] { trail.enter(ObjectKey(key)).map(\.description) }
            #expect(enter("a/b/x") == ["a", "a/b"])
            #expect(enter("a/b/y") == [])
            #expect(enter("a/c/") == ["a/c"])
            #expect(enter("a/z") == [])
            #expect(enter("top") == [])
            #expect(enter("b/") == ["b"])
        }
    }

    @Test func tree() {
        var drawing = TreeDrawing(showsSizes: false)
        drawing.add(ObjectKey("a"), isDirectory: true, size: 0)
        drawing.add(ObjectKey("a/b/z"), isDirectory: false, size: 5)
        drawing.add(ObjectKey("a/y"), isDirectory: false, size: 3)
        drawing.add(ObjectKey("x"), isDirectory: false, size: 1)
        let drawn = drawing.drawn(level: nil)
        let text = drawn.lines.map { String(decoding: $0, as: UTF8.self) }
        #expect(text == ["/", "├── a", "│   ├── b", "│   │   └── z", "│   └── y", "└── x"])
        #expect(drawn.directories == 2 && drawn.files == 3)
        drawing.showsSizes = true
        #expect(
            drawing.drawn(level: 1).lines.map { String(decoding: $0, as: UTF8.self) } == [
                "[          9]  /", "├── [          8]  a", "└── [          1]  x",
            ])
    }

    @Test func sums() throws {
        let digest = String(repeating: "A", count: 32)
        var sums = try SumList("f", text: "# note\n\(digest)  a b\n\(digest) *c\n", digits: 32)
        #expect(sums.contains(ObjectKey("a b")) && sums.contains(ObjectKey("c")) && !sums.contains(ObjectKey("d")))
        let isRight = sums.take(ObjectKey("a b"), equals: digest.lowercased())
        #expect(isRight)
        #expect(sums.rest == [ObjectKey("c")])
        #expect(throws: (any Error).self) { try SumList("f", text: "zz  a", digits: 32) }
    }

    @Test func windows() {
        #expect(ByteWindow().range(of: 10) == 0..<10)
        #expect(ByteWindow(offset: 4, count: 3).range(of: 10) == 4..<7)
        #expect(ByteWindow(offset: -3).range(of: 10) == 7..<10)
        #expect(ByteWindow(offset: -30, count: 2).range(of: 10) == 0..<2)
        #expect(ByteWindow(offset: 20, count: 2).range(of: 10) == 10..<10)
    }
}
