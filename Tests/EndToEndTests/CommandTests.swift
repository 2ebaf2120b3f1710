// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// The commands about single objects, and those that move, make and remove.
    @Suite struct CommandTests {
        private let content = FileTree.File(content: Data("0123456789abcdef".utf8), modified: 1_500_000_000_123_456_789)

        /// A bucket with one object `d/one`, made from a file.
        private func prepare(_ godwit: Godwit) async throws -> (store: Store, bucket: String, file: String) {
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("commands")
            let file = godwit.scratch.path("one")
            try FileTree.write(content, at: Array(file.utf8))
            try await godwit("copyto", file, store.location(bucket + "/d/one"))
            return (store, bucket, file)
        }

        @Test func copyto() async throws {
            let godwit = try Godwit()
            let (store, bucket, file) = try await prepare(godwit)
            #expect(try await store.keys(bucket) == ["d/one"])
            try await godwit("copyto", store.location(bucket + "/d/one"), godwit.scratch.path("in/two"))
            let back = try FileTree(reading: godwit.scratch.path("in"))
            #expect(back["two"] == content)
            try await godwit("copyto", store.location(bucket + "/d/one"), store.location(bucket + "/e"))
            #expect(try await store.keys(bucket) == ["d/one", "e"])
            // A single object copied to a prefix keeps its name.
            try await godwit("copy", file, store.location(bucket + "/into"))
            #expect(try await store.keys(bucket, "into") == ["into/one"])
            try await godwit("copy", store.location(bucket + "/d/one"), godwit.scratch.path("single"))
            #expect(try FileTree(reading: godwit.scratch.path("single"))["one"] == content)
        }

        @Test func moveto() async throws {
            let godwit = try Godwit()
            let (store, bucket, file) = try await prepare(godwit)
            try await godwit("moveto", store.location(bucket + "/d/one"), store.location(bucket + "/moved"))
            #expect(try await store.keys(bucket) == ["moved"])
            try await godwit("moveto", file, store.location(bucket + "/file"))
            #expect(!FileManager.default.fileExists(atPath: file))
            try await godwit("moveto", store.location(bucket + "/file"), godwit.scratch.path("in/file"))
            #expect(try FileTree(reading: godwit.scratch.path("in"))["file"] == content)
            #expect(try await store.keys(bucket) == ["moved"])
        }

        @Test func move() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("commands")
            var random = SeededRandom(seed: 10)
            var tree = FileTree()
            for number in 0..<25 { tree["d\(number % 3)/f\(number)"] = random.file(number * 100) }
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let up = try await godwit.summary("move", source, store.location(bucket + "/x"))
            #expect(up.objects.transferred == 25)
            #expect(try FileTree(reading: source).files.isEmpty)
            let within = try await godwit.summary("move", store.location(bucket + "/x"), store.location(bucket + "/y"))
            #expect(within.objects.serverCopied == 25)
            #expect(try await store.keys(bucket, "x").isEmpty)
            let down = try await godwit.summary("move", store.location(bucket + "/y"), godwit.scratch.path("back"))
            #expect(down.objects.transferred == 25)
            #expect(try await store.keys(bucket).isEmpty)
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])
        }

        @Test func catAndPut() async throws {
            let godwit = try Godwit()
            let (store, bucket, file) = try await prepare(godwit)
            for place in [file, store.location(bucket + "/d/one")] {
                #expect(try await godwit("cat", place).text == "0123456789abcdef")
                #expect(try await godwit("cat", "--offset", "10", place).text == "abcdef")
                #expect(try await godwit("cat", "--offset", "3", "--count", "4", place).text == "3456")
            }
            var random = SeededRandom(seed: 11)
            for size in [0, 1, 70_000, 20 << 20] {
                let input = random.bytes(size)
                try await godwit("put", store.location(bucket + "/piped"), input: input)
                #expect(try await godwit("cat", store.location(bucket + "/piped")).output == input)
                try await godwit("rcat", godwit.scratch.path("piped"), input: input)
                #expect(try await godwit("cat", godwit.scratch.path("piped")).output == input)
            }
            #expect(try await store.unfinishedUploads(bucket) == [])
        }

        @Test func statAndHash() async throws {
            let godwit = try Godwit()
            let (store, bucket, file) = try await prepare(godwit)
            let shown = try await godwit("stat", store.location(bucket + "/d/one")).text
            #expect(shown.contains("16"))
            #expect(shown.contains("2017-07-14"))
            let sums = try await godwit("hash", "md5", store.location(bucket))
            #expect(sums.lines == ["4032af8d61035123906e58e067140cc5  d/one"])
            let rclone = try await Programs.rclone("hashsum", "md5", store.location(bucket))
            #expect(sums.lines == rclone.lines)
            try await godwit("hash", "sha256", file)
            let list = godwit.scratch.path("sums")
            try sums.output.write(to: URL(fileURLWithPath: list))
            try await godwit("hash", "md5", "--check", list, store.location(bucket))
            try "00000000000000000000000000000000  d/one\n".write(toFile: list, atomically: true, encoding: .utf8)
            let wrong = try await godwit.start(["hash", "md5", "--check", list, store.location(bucket)]).end(within: 60)
            #expect(wrong.status == 1 || wrong.status == 11, "exit \(wrong.status)")
        }

        @Test func link() async throws {
            let godwit = try Godwit()
            let (store, bucket, _) = try await prepare(godwit)
            let address = try await godwit("link", store.location(bucket + "/d/one")).lines
            let script =
                "import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1]).read().decode())"
            let fetched = try await ChildProcess(
                [Programs.python, "-c", script, try #require(address.first)], environment: Programs.environment
            ).end(within: 30)
            #expect(fetched.text == "0123456789abcdef", "\(fetched.errorText)")
        }

        @Test func deleteAndPurge() async throws {
            let godwit = try Godwit()
            let (store, bucket, _) = try await prepare(godwit)
            try await store.put(
                bucket, (0..<30).map { ("t/f\($0).\($0 % 2 == 0 ? "log" : "txt")", "x") } + [("t2/f", "y")])
            try await godwit("delete", "--dry-run", store.location(bucket + "/t"))
            #expect(try await store.keys(bucket, "t/").count == 30)
            try await godwit("delete", "--include", "*.log", store.location(bucket + "/t"))
            #expect(try await store.keys(bucket, "t/").count == 15)
            try await godwit("purge", store.location(bucket + "/t"))
            // A prefix ends at its slash: what only begins alike stays.
            #expect(try await store.keys(bucket) == ["d/one", "t2/f"])
        }

        @Test func makeAndRemove() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = "made-\(UUID().uuidString.lowercased())"
            try await godwit("mkdir", store.location(bucket))
            try await godwit("mkdir", store.location(bucket))
            #expect(try await godwit("lsd", store.location("")).text.contains(bucket))
            try await store.put(bucket, [("a", "b")])
            let full = try await godwit.start(["rmdir", store.location(bucket)]).end(within: 60)
            #expect(full.status != 0)
            #expect(try await store.keys(bucket) == ["a"])
            try await godwit("delete", store.location(bucket + "/a"))
            try await godwit("rb", store.location(bucket))
            try await godwit("ls", store.location(bucket), exit: 3)
            try await godwit("mkdir", godwit.scratch.path("dir/deep"))
            try await godwit("rmdir", godwit.scratch.path("dir/deep"))
            #expect(!FileManager.default.fileExists(atPath: godwit.scratch.path("dir/deep")))
        }

        @Test("an object and a prefix of one name ask for the slash")
        func ambiguous() async throws {
            let godwit = try Godwit()
            let (store, bucket, _) = try await prepare(godwit)
            try await store.put(bucket, [("both", "1"), ("both/under", "2")])
            try await godwit("copy", store.location(bucket + "/both"), godwit.scratch.path("x"), exit: 2)
            try await godwit("copy", store.location(bucket + "/both/"), godwit.scratch.path("x"))
            #expect(try FileTree(reading: godwit.scratch.path("x")).paths == ["under"])
            try await godwit("copyto", store.location(bucket + "/both"), godwit.scratch.path("y"))
        }

        @Test func about() async throws {
            let godwit = try Godwit()
            #expect(try await godwit("version").text.contains("godwit"))
            #expect(try await godwit("--help").text.contains("sync"))
            for shell in ["bash", "zsh", "fish"] {
                #expect(try await godwit("completion", shell).text.count > 1_000)
            }
            let file = godwit.scratch.path("godwit.conf")
            try "[one]\ntype = s3\nsecret_access_key = testsecret\naccess_key_id = k\n[two]\ntype = local\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            let listed = try await godwit("remote", "list", "--config", file).text
            #expect(listed.contains("one") && listed.contains("two"))
            // A secret is never told, not even to its owner.
            #expect(!(try await godwit("remote", "show", "--config", file, "one").text.contains("testsecret")))
        }
    }
}
