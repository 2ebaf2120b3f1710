// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Measuring a store.
    @Suite struct BenchTests {
        private let brief = [
            "--sizes", "1K", "--part-object", "12M", "--part-sizes", "5M", "--duration", "100ms", "--max-connections",
            "8",
        ]

        @Test func measuresAndLeavesNothing() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("bench")
            let (json, page) = (godwit.scratch.path("bench.json"), godwit.scratch.path("bench.html"))
            let result = try await godwit(
                ["bench", store.location(bucket + "/x"), "--report", json, "--report", page] + brief)
            #expect(result.text.contains("A round trip takes"))
            let read = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
            let measurements = try #require((read as? [String: Any])?["measurements"] as? [[String: Any]])
            let operations = Set(measurements.compactMap { $0["operation"] as? String })
            #expect(operations == ["stat", "put", "get", "copy", "list", "put-parts", "get-parts"])
            for measurement in measurements { #expect(try #require(measurement["calls"] as? Int) > 0) }
            #expect(try String(contentsOfFile: page, encoding: .utf8).contains("<svg"))
            #expect(try await store.keys(bucket).isEmpty)
            #expect(try await store.unfinishedUploads(bucket) == [])
        }

        @Test func measuresADirectory() async throws {
            let godwit = try Godwit()
            let place = try godwit.scratch.directory("place")
            try await godwit(["bench", place] + brief)
            #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty)
        }

        @Test func givesOthersTheSameWork() async throws {
            var godwit = try Godwit()
            let programs = URL(fileURLWithPath: Programs.rclone).deletingLastPathComponent().path
            godwit.environment["PATH"] = programs + ":" + (godwit.environment["PATH"] ?? "/usr/bin:/bin")
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("bench")
            let json = godwit.scratch.path("bench.json")
            try await godwit(
                ["bench", store.location(bucket), "--compare", "rclone,s5cmd,aws", "--report", json] + brief)
            let read = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
            let costs = try #require((read as? [String: Any])?["programs"] as? [[String: Any]])
            #expect(costs.count == 16)
            #expect(Set(costs.compactMap { $0["program"] as? String }) == ["godwit", "rclone", "s5cmd", "aws"])
            #expect(try await store.keys(bucket).isEmpty)
        }
    }
}
