// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// `ls`, `lsd`, `lsf`, `lsjson` and `size` print what rclone's commands of these names print.
    @Suite struct ListingTests {
        private func tree() -> FileTree {
            var random = SeededRandom(seed: 9)
            var tree = FileTree()
            for name in [
                "a.txt", "b c.html", "d/e.json", "d/f/g.png", "d-x/y", "h.d/i", "e\u{301}", "\u{e9}", "z.unknown",
            ] {
                tree[name] = random.file(Int.random(in: 0...5_000, using: &random))
            }
            return tree
        }

        private struct Item: Decodable, Hashable {
            var path, name, mimeType: String
            var size: Int
            var isDirectory: Bool

            enum CodingKeys: String, CodingKey {
                case path = "Path"
                case name = "Name"
                case size = "Size"
                case mimeType = "MimeType"
                case isDirectory = "IsDir"
            }
        }

        /// The listing, whose text Swift's strings would hold for equal in NFC and NFD, as lines of bytes.
        private func sorted(_ outcome: ChildProcess.Outcome) -> [[UInt8]] {
            outcome.output.split(separator: 0x0a).map(Array.init).sorted { $0.lexicographicallyPrecedes($1) }
        }

        private func agree(_ godwit: Godwit, on location: String) async throws {
            for words in [
                ["ls"], ["ls", "--max-depth", "1"], ["lsd"], ["lsd", "-R"], ["lsf"], ["lsf", "-R"],
                ["lsf", "-R", "--files-only"], ["lsf", "--dirs-only"], ["lsf", "-R", "--files-only", "--format", "ps"],
                ["lsf", "-R", "--files-only", "--format", "hp", "--hash", "MD5"],
                ["lsf", "-R", "--files-only", "--format", "tsp", "--separator", "|"],
            ] {
                let ours = try await godwit.start(words + [location]).end(within: 60)
                let theirs = try await ChildProcess(
                    [Programs.rclone, "--config", "/dev/null"] + words + [location], environment: Programs.environment
                ).end(within: 60)
                #expect(ours.status == 0, "\(words): \(ours.errorText)")
                if words[0] == "lsd" {
                    // The times of directories are nobody's: rclone shows the time of the listing for buckets.
                    let names = { (lines: [[UInt8]]) in lines.map { $0.suffix(from: $0.lastIndex(of: 0x20) ?? 0) } }
                    #expect(names(sorted(ours)) == names(sorted(theirs)), "\(words)\n\(ours.text)\n\(theirs.text)")
                } else {
                    #expect(sorted(ours) == sorted(theirs), "\(words)\n\(ours.text)\n\(theirs.text)")
                }
            }
            let ours = try await godwit("lsjson", "-R", location)
            let theirs = try await Programs.rclone("lsjson", "-R", location)
            // What a file system calls a directory's size says nothing, and is not told.
            let decode = { (data: Data) in
                Set(
                    try JSONDecoder().decode([Item].self, from: data).map { item in
                        var item = item
                        if item.isDirectory { item.size = -1 }
                        return item
                    })
            }
            #expect(try decode(ours.output) == decode(theirs.output), "\(ours.text)\n\(theirs.text)")
        }

        @Test func local() async throws {
            let godwit = try Godwit()
            let root = try godwit.scratch.directory("tree")
            try tree().write(to: root)
            try await agree(godwit, on: root)
        }

        @Test func store() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("lists")
            let root = try godwit.scratch.directory("tree")
            try tree().write(to: root)
            try await godwit("copy", root, store.location(bucket + "/under"))
            try await agree(godwit, on: store.location(bucket))
            try await agree(godwit, on: store.location(bucket + "/under/d"))
        }

        /// Long enough to be listed by several requests side by side, of names whose order differs by the store.
        @Test("a long listing comes whole", arguments: [Store.seaweedfs, .moto].compactMap(\.self))
        func long(store: Store) async throws {
            let godwit = try Godwit()
            let bucket = try await store.makeBucket("long")
            let root = try godwit.scratch.directory("long")
            var tree = FileTree()
            for number in 0..<900 {
                for name in [
                    "flat-\(10_000 + number)", "d\(number % 7)/s\(number % 3)/\(number)",
                    "d\(number % 7)!/\(number * 7919)",
                ] {
                    tree[name] = FileTree.File(content: Data(name.utf8), modified: 1_700_000_000_000_000_000)
                }
                tree["d\(number % 7)-/\u{e9}\(number)"] = FileTree.File(
                    content: Data(), modified: 1_700_000_000_000_000_000)
                tree["\u{1f600}/\(number)"] = FileTree.File(content: Data([1]), modified: 1_700_000_000_000_000_000)
            }
            try tree.write(to: root)
            try await godwit("copy", root, store.location(bucket))
            let listed = try await godwit("lsf", "-R", "--files-only", store.location(bucket))
            let isWhole = sorted(listed) == tree.files.keys.sorted { $0.lexicographicallyPrecedes($1) }
            #expect(isWhole)
            for sides in [[root, store.location(bucket)], [store.location(bucket), root]] {
                let again = try await godwit.summary(of: ["sync"] + sides)
                #expect(again.changedNothing, "\(again)")
            }
            // A store that lists otherwise than its entry says is seen through, and nothing is taken for missing.
            var mistaken = store
            mistaken.provider = "Other"
            let back = godwit.scratch.path("back")
            try await godwit("sync", mistaken.location(bucket), back)
            #expect(tree.differences(from: try FileTree(reading: back)) == [])
        }

        @Test func size() async throws {
            let godwit = try Godwit()
            let root = try godwit.scratch.directory("tree")
            let tree = tree()
            try tree.write(to: root)
            struct Size: Decodable { var count, bytes: Int }
            let ours = try JSONDecoder().decode(Size.self, from: try await godwit("size", "--json", root).output)
            #expect(ours.count == tree.files.count)
            #expect(ours.bytes == tree.files.values.reduce(0) { $0 + $1.content.count })
            let theirs = try await Programs.rclone("size", root)
            #expect(try await godwit("size", root).text == theirs.text)
        }

        @Test(
            "rules select what rclone's select",
            arguments: [
                ["--include", "*.txt"], ["--exclude", "*.txt"], ["--include", "/d/**"], ["--exclude", "d/**"],
                ["--include", "*.{txt,json}"], ["--exclude", "d/"],
                ["--filter", "- *.png", "--filter", "+ d/**", "--filter", "- *"],
                ["--include", "/*.txt"], ["--exclude", "[a-b]*"], ["--include", "{{.*\\.(png|html)}}"],
                ["--exclude", "?"],
                ["--filter", "+ *.txt", "--filter", "- /d/**", "--exclude", "z*"], ["--min-size", "1k"],
                ["--max-size", "2Ki"],
                ["--max-depth", "1"], ["--max-depth", "2"], ["--ignore-case", "--include", "*.TXT"],
                ["--min-age", "1000d"],
                ["--max-age", "1d"], ["--include", "*"], ["--exclude", "*"], ["--include", "d/*/g.png"],
                ["--filter", "- e*", "--filter", "!", "--filter", "- h.d/**"], ["--exclude", "\\*"],
                ["--exclude", "-x"],
            ])
        func filters(_ flags: [String]) async throws {
            let godwit = try Godwit()
            let root = try godwit.scratch.directory("tree")
            try tree().write(to: root)
            let words = ["lsf", "-R", "--files-only"] + flags + [root]
            let ours = try await godwit.start(words).end(within: 60)
            let theirs = try await ChildProcess(
                [Programs.rclone, "--config", "/dev/null"] + words, environment: Programs.environment
            ).end(within: 60)
            #expect(ours.status == theirs.status, "\(ours.errorText)")
            #expect(sorted(ours) == sorted(theirs), "godwit:\n\(ours.text)\nrclone:\n\(theirs.text)")
        }

        @Test(
            "a point in time without a zone is one of this machine's zone, in winter and in summer",
            arguments: ["America/New_York", "Asia/Kolkata", "Europe/Berlin", "UTC"])
        func localTimes(zone: String) async throws {
            var godwit = try Godwit()
            let root = try godwit.scratch.directory("tree")
            var tree = FileTree()
            for hour in 0..<24 {
                let (winter, summer) = (1_705_277_820 + hour * 3600, 1_717_201_020 + hour * 3600)
                tree["winter-\(hour)"] = FileTree.File(content: Data(), modified: Int64(winter) * 1_000_000_000)
                tree["summer-\(hour)"] = FileTree.File(content: Data(), modified: Int64(summer) * 1_000_000_000)
            }
            try tree.write(to: root)
            godwit.environment["TZ"] = zone
            for time in ["2024-01-15", "2024-01-15 12:00:00", "2024-06-01 12:00:00"] {
                let words = ["lsf", "--max-age", time, root]
                let ours = try await godwit.start(words).end(within: 60)
                let theirs = try await ChildProcess(
                    [Programs.rclone, "--config", "/dev/null"] + words,
                    environment: Programs.environment.merging(["TZ": zone]) { $1 }
                ).end(within: 60)
                #expect(theirs.status == 0 && sorted(ours) == sorted(theirs), "\(time):\n\(ours.text)\n\(theirs.text)")
            }
        }

        @Test("rules from files select what rclone's select")
        func ruleFiles() async throws {
            let godwit = try Godwit()
            let root = try godwit.scratch.directory("tree")
            try tree().write(to: root)
            let rules = godwit.scratch.path("rules")
            try "# a comment\n- *.png\n\n+ d/**\n; another\n- *\n".write(
                toFile: rules, atomically: true, encoding: .utf8)
            let names = godwit.scratch.path("names")
            try "# a comment\na.txt\n\n/d/e.json\n".write(toFile: names, atomically: true, encoding: .utf8)
            for flags in [["--filter-from", rules], ["--include-from", names], ["--exclude-from", names]] {
                try await godwit("copy", flags[0], flags[1], root, godwit.scratch.path("ours" + flags[0]))
                try await Programs.rclone(flags[0], flags[1], "copy", root, godwit.scratch.path("theirs" + flags[0]))
                let ours = try FileTree(reading: godwit.scratch.path("ours" + flags[0]))
                let theirs = try FileTree(reading: godwit.scratch.path("theirs" + flags[0]))
                #expect(ours == theirs, "\(flags[0]): \(ours.paths) \(theirs.paths)")
            }
        }
    }
}
