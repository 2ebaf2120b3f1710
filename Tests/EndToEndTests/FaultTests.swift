// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// One spoiled request at a time, the first, the second, the third ... until a run passes untouched. Every run ends
    /// in success or in a clear error, and never with anything wrong at the target.
    @Suite struct FaultTests {
        private static let impatient = ["--timeout", "2s", "--contimeout", "2s", "--s3-chunk-size", "5M"]

        private static func tree() -> FileTree {
            var random = SeededRandom(seed: 77)
            var tree = FileTree()
            for number in 0..<5 { tree["d\(number % 2)/f\(number)"] = random.file(1_000 * number) }
            tree["large"] = random.file(11 << 20)
            return tree
        }

        /// All of the first 12 requests and every third after them in `make test-full`, 4 and every fourth otherwise.
        private static let (first, stride) =
            ProcessInfo.processInfo.environment["GODWIT_TEST_FAULTS"] == "all" ? (12, 3) : (4, 4)

        /// Runs `attempt` with the fault at one request after the other, until a run has no such request.
        private func everywhere(
            _ fault: FaultProxy.Fault, _ store: Store, attempt: @escaping @Sendable (Store, Int) async throws -> Void
        ) async throws {
            var number = 1, untouched: Int?
            while untouched == nil {
                // Most of their time these runs wait before they try again, so several go side by side.
                let numbers = (0..<4).map { _ in
                    defer { number += number < Self.first ? 1 : Self.stride }
                    return number
                }
                untouched = try await withThrowingTaskGroup(of: Int?.self) { group in
                    for number in numbers {
                        group.addTask { try await Self.isTouched(fault, store, number, attempt) ? nil : number }
                    }
                    return try await group.reduce(nil) { $0 ?? $1 }
                }
            }
            #expect(untouched != 1, "the fault met no request")
        }

        /// Makes one attempt; whether the fault met any of its requests.
        private static func isTouched(
            _ fault: FaultProxy.Fault, _ store: Store, _ number: Int, _ attempt: (Store, Int) async throws -> Void
        ) async throws -> Bool {
            let proxy = try await FaultProxy(store, fault, at: number)
            do { try await attempt(store.behind(port: proxy.port), number) } catch {
                _ = try await proxy.end()
                throw error
            }
            return try await proxy.end().injected > 0
        }

        @Test("up", arguments: FaultProxy.Fault.allCases)
        func upload(_ fault: FaultProxy.Fault) async throws {
            let store = try #require(Store.seaweedfs)
            let tree = Self.tree()
            let source = try Scratch()
            try tree.write(to: source.root)
            let want = tree.files.mapValues(\.content)
            let bucket = try await store.makeBucket("fault-up")
            // Something that the sync has to delete, so that deletions meet the fault too.
            let extras = try Scratch()
            var random = SeededRandom(seed: 79)
            for name in ["extra", "other"] { try FileTree.write(random.file(9), at: Array(extras.path(name).utf8)) }
            try await everywhere(fault, store) { spoiled, number in
                let godwit = try Godwit()
                let target = "\(bucket)/at-\(number)"
                try await Programs.rclone("copy", extras.root, store.location(target))
                let words = ["sync"] + Self.impatient + [source.root, spoiled.location(target)]
                let outcome = try await godwit.start(words).end(within: 120)
                #expect(!outcome.timedOut, "\(fault) at \(number) hangs")
                let back = godwit.scratch.path("back")
                try await Programs.rclone("copy", store.location(target), back)
                if outcome.status == 0 {
                    let got = try FileTree(reading: back).files.mapValues(\.content)
                    #expect(got == want, "\(fault) at \(number): wrong at the target\n\(outcome.errorText)")
                } else {
                    #expect(!outcome.errorText.isEmpty, "\(fault) at \(number): exit \(outcome.status) in silence")
                    for (path, file) in try FileTree(reading: back).files where !Self.isExtra(path) {
                        #expect(want[path] == file.content, "\(fault) at \(number): partial content is visible")
                    }
                }
                #expect(outcome.status == 0, "\(fault) at \(number): exit \(outcome.status) \(outcome.errorText)")
            }
            #expect(try await store.unfinishedUploads(bucket) == [], "\(fault): stray uploads")
        }

        private static func isExtra(_ path: [UInt8]) -> Bool {
            path == Array("extra".utf8) || path == Array("other".utf8)
        }

        @Test("down", arguments: FaultProxy.Fault.allCases)
        func download(_ fault: FaultProxy.Fault) async throws {
            let store = try #require(Store.seaweedfs)
            let tree = Self.tree()
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let bucket = try await store.makeBucket("fault-down")
            try await godwit("copy", source, store.location(bucket))
            try await everywhere(fault, store) { spoiled, number in
                let target = try godwit.scratch.directory("target-\(number)")
                var random = SeededRandom(seed: 78)
                try FileTree.write(random.file(10), at: Array("\(target)/extra".utf8))
                let words = ["sync"] + Self.impatient + [spoiled.location(bucket), target]
                let outcome = try await godwit.start(words).end(within: 120)
                #expect(!outcome.timedOut, "\(fault) at \(number) hangs")
                let got = try FileTree(reading: target)
                if outcome.status == 0 {
                    #expect(tree.differences(from: got) == [], "\(fault) at \(number)")
                } else {
                    #expect(!outcome.errorText.isEmpty, "\(fault) at \(number): exit \(outcome.status) in silence")
                    for (path, file) in got.files where !Self.isExtra(path) {
                        #expect(tree.files[path] == file, "\(fault) at \(number): partial content is visible")
                    }
                }
                #expect(outcome.status == 0, "\(fault) at \(number): exit \(outcome.status) \(outcome.errorText)")
                try FileManager.default.removeItem(atPath: target)
            }
        }

        @Test("within the store", arguments: FaultProxy.Fault.allCases)
        func serverSide(_ fault: FaultProxy.Fault) async throws {
            let store = try #require(Store.seaweedfs)
            let tree = Self.tree()
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let bucket = try await store.makeBucket("fault-copy")
            try await godwit("copy", source, store.location(bucket + "/from"))
            let want = tree.files.mapValues(\.content)
            try await everywhere(fault, store) { spoiled, number in
                let to = "to-\(number)"
                let words =
                    ["sync", "--s3-copy-cutoff", "5M"] + Self.impatient
                    + [spoiled.location(bucket + "/from"), spoiled.location("\(bucket)/\(to)")]
                let outcome = try await godwit.start(words).end(within: 120)
                #expect(!outcome.timedOut, "\(fault) at \(number) hangs")
                let back = godwit.scratch.path(to)
                try await Programs.rclone("copy", store.location("\(bucket)/\(to)"), back)
                let got = try FileTree(reading: back).files.mapValues(\.content)
                for (path, content) in got {
                    #expect(want[path] == content, "\(fault) at \(number): partial content is visible")
                }
                #expect(outcome.status == 0, "\(fault) at \(number): exit \(outcome.status) \(outcome.errorText)")
                if outcome.status == 0 { #expect(got.count == want.count, "\(fault) at \(number)") }
            }
            #expect(try await store.unfinishedUploads(bucket) == [], "\(fault): stray uploads")
        }
    }
}
