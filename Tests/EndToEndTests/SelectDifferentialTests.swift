// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Random rules select what the real rclone and the real `aws s3` select.
    @Suite struct SelectDifferentialTests {
        private static let environment = ProcessInfo.processInfo.environment
        private static let one = environment["GODWIT_TEST_SEED"].flatMap(UInt64.init)
        /// All of 2,000 in `make test-full`, some otherwise. GODWIT_TEST_SEED replays one.
        private static let seeds =
            one.map { [$0] } ?? Array(1...(environment["GODWIT_TEST_RULES"].flatMap(UInt64.init) ?? 40))

        private static let names = [
            "a", "b.txt", "B.TXT", "dir", "foo-bar", "a b", "é", "[x]", "{y}", "x+y", "日本", "tmp", ".git", "a,b", "!c",
            "k-", "-d", "*",
        ]

        private func tree() -> FileTree {
            var random = SeededRandom(seed: 99)
            var tree = FileTree()
            for _ in 0..<70 {
                let depth = Int.random(in: 1...4, using: &random)
                let path = (0..<depth).map { _ in Self.names.randomElement(using: &random) ?? "a" }.joined(
                    separator: "/")
                let bytes = Array(path.utf8) + [0x2f]
                let isFree = !tree.files.keys.contains { other in
                    (other + [0x2f]).starts(with: bytes) || bytes.starts(with: other + [0x2f])
                }
                if isFree { tree[path] = random.file([0, 10, 2_000].randomElement(using: &random) ?? 0) }
            }
            return tree
        }

        private func files(_ outcome: ChildProcess.Outcome) -> Set<String> { Set(outcome.lines.map { String($0) }) }

        // MARK: rclone

        private func pattern(_ random: inout SeededRandom) -> String {
            let pieces =
                Self.names.map { $0.filter { !"[]{}*!,".contains($0) } } + [
                    "*", "**", "?", "*.txt", "{a,dir}", "[a-d]", "[^a]", "{{.*o}}", "a*", "\\*", "\\[x\\]", "*{y\\}",
                ]
            let count = Int.random(in: 1...3, using: &random)
            var glob = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "*" }.joined(separator: "/")
            if Bool.random(using: &random) { glob = "/" + glob }
            switch Int.random(in: 0..<4, using: &random) {
            case 0: glob += "/"
            case 1: glob += "/**"
            default: break
            }
            return glob
        }

        private func flags(_ random: inout SeededRandom) -> [String] {
            var flags: [String] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                switch Int.random(in: 0..<8, using: &random) {
                case 0, 1: flags += ["--include", pattern(&random)]
                case 2, 3: flags += ["--exclude", pattern(&random)]
                case 4, 5: flags += ["--filter", (Bool.random(using: &random) ? "+ " : "- ") + pattern(&random)]
                case 6: flags += ["--hash-filter", "\(Int.random(in: 0...4, using: &random))/3"]
                default:
                    flags +=
                        [["--min-size", "5B"], ["--max-size", "1K"], ["--max-depth", "2"], ["--ignore-case"]]
                        .randomElement(using: &random) ?? []
                }
            }
            return flags
        }

        @Test func selectsAsRcloneDoes() async throws {
            let godwit = try Godwit()
            let root = try godwit.scratch.directory("tree")
            try tree().write(to: root)
            for seed in Self.seeds {
                var random = SeededRandom(seed: seed)
                let command = ["lsf", "-R", "--files-only", root] + flags(&random)
                let rclone = try ChildProcess(
                    [Programs.rclone, "--config", "/dev/null"] + command, environment: Programs.environment)
                let ours = try await godwit.start(command).end(within: 60)
                let theirs = try await rclone.end(within: 60)
                if command.contains("") {
                    #expect(ours.status == 2 && ours.errorText.contains("empty"), "seed \(seed): \(command)")
                    continue
                }
                #expect(
                    (ours.status == 0) == (theirs.status == 0),
                    "seed \(seed): \(command)\n\(ours.errorText)\n\(theirs.errorText)")
                if ours.status == 0 { #expect(files(ours) == files(theirs), "seed \(seed): \(command)") }
            }
        }

        // MARK: aws

        private func awsPattern(_ random: inout SeededRandom) -> String {
            let pieces = Self.names + ["*", "*", "?", "/", "*.txt", "[a-d]", "[!a]", "[", "]", "[c-a]", "[]x]", "o*r"]
            return (0..<Int.random(in: 1...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "*" }
                .joined()
        }

        @Test func selectsAsAWSDoes() async throws {
            struct Question: Encodable {
                var files: [String]
                var cases: [[[String]]]
            }
            let godwit = try Godwit()
            let root = try godwit.scratch.directory("tree")
            let tree = tree()
            try tree.write(to: root)
            let cases = Self.seeds.map { seed -> [[String]] in
                var random = SeededRandom(seed: seed)
                return (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    [Bool.random(using: &random) ? "--include" : "--exclude", awsPattern(&random)]
                }
            }
            let names = tree.files.keys.map { String(decoding: $0, as: UTF8.self) }
            let oracle = try await ChildProcess(
                [Programs.python, Programs.root + "/Tests/Support/Oracles/aws-filters.py"],
                environment: Programs.environment,
                input: try JSONEncoder().encode(Question(files: names, cases: cases))
            ).end(within: 240)
            let answers = try JSONDecoder().decode([[String]].self, from: oracle.output)
            for (index, (rules, expected)) in zip(cases, answers).enumerated() {
                let flags = rules.flatMap(\.self)
                let ours = try await godwit(["lsf", "-R", "--files-only", "--aws-filters", root] + flags)
                #expect(files(ours) == Set(expected), "seed \(Self.seeds[index]): \(flags)")
            }
        }

        /// The binary itself, of which a start costs much: 50 in `make test-full`.
        @Test func syncsAsTheAWSBinaryDoes() async throws {
            let godwit = try Godwit()
            // The aws command line takes it that every store lists by bytes, as not every one does.
            let store = try #require(Store.ministack)
            let (root, bucket) = (try godwit.scratch.directory("tree"), try await store.makeBucket("aws"))
            let tree = tree()
            try tree.write(to: root)
            var random = SeededRandom(seed: 7)
            for path in tree.files.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                // Some are missing at the target, some are of another size, and some are there only.
                let name = String(decoding: path, as: UTF8.self), kind = Int.random(in: 0..<4, using: &random)
                let file = godwit.scratch.path("object")
                try Data(repeating: 1, count: kind == 1 ? 3 : tree.files[path]?.content.count ?? 0)
                    .write(to: URL(fileURLWithPath: file))
                if kind > 0 { try await godwit("copyto", file, store.location("\(bucket)/\(name)")) }
                if kind == 2 { try await godwit("copyto", file, store.location("\(bucket)/\(name)-more")) }
            }
            var environment = Programs.environment
            environment["AWS_ACCESS_KEY_ID"] = "testkey"
            environment["AWS_SECRET_ACCESS_KEY"] = store.secret
            environment["AWS_DEFAULT_REGION"] = "us-east-1"
            for seed in Self.seeds.prefix(Self.one != nil ? 1 : Self.seeds.count >= 2000 ? 50 : 4) {
                var random = SeededRandom(seed: seed)
                let rules = (0..<Int.random(in: 0...4, using: &random)).flatMap { _ in
                    // Its parser takes what begins with a dash for a flag.
                    [Bool.random(using: &random) ? "--include" : "--exclude", "*" + awsPattern(&random)]
                }
                let flags = ["--size-only", "--dryrun"] + (Bool.random(using: &random) ? ["--delete"] : []) + rules
                let aws = try ChildProcess(
                    [Programs.aws, "--endpoint-url", store.endpoint, "s3", "sync", root, "s3://" + bucket] + flags,
                    environment: environment)
                let mode = flags.contains("--delete") ? "sync" : "copy"
                let ours = try await godwit(
                    [mode, "--aws-filters", "--json", root, store.location(bucket)] + flags.filter { $0 != "--delete" })
                let theirs = try await aws.end(within: 60)
                #expect(theirs.status == 0, "seed \(seed): \(theirs.errorText)")
                let expected = theirs.lines.compactMap { line -> String? in
                    guard let key = line.components(separatedBy: "s3://\(bucket)/").last else { return nil }
                    return line.hasPrefix("(dryrun) delete") ? "would_delete " + key : "would_transfer " + key
                }
                struct Event: Decodable {
                    var key: String?
                    var action: String?
                }
                let found = ours.lines.compactMap { line -> String? in
                    guard let event = try? JSONDecoder().decode(Event.self, from: Data(line.utf8)), let key = event.key,
                        let action = event.action, action.hasPrefix("would_")
                    else { return nil }
                    return action + " " + key
                }
                let differing = Set(found).symmetricDifference(expected)
                #expect(differing.isEmpty, "seed \(seed): \(flags) \(differing.sorted().prefix(6))")
            }
        }
    }
}
