// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import Testing

@testable import CommandLineTool
@testable import StoreBench

@Suite struct BenchReportTests {
    private func report() -> BenchReport {
        var latency = LatencyHistogram()
        for number in 1...100 { latency.add(Double(number) / 1000) }
        func measurement(_ operation: StoreBench.Measurement.Operation, _ concurrency: Int, part: Int64? = nil)
            -> StoreBench.Measurement
        {
            var measurement = StoreBench.Measurement(
                operation, size: operation == .list ? 0 : 4096, partSize: part, concurrency)
            (measurement.seconds, measurement.calls, measurement.latency) = (2, 100, latency)
            if operation == .list { measurement.entries = 100_000 } else { measurement.bytes = 409_600 }
            measurement.refusals = concurrency == 2 ? 5 : 0
            return measurement
        }
        let all = [1, 2].flatMap { number in
            [measurement(.put, number), measurement(.list, number), measurement(.putParts, number, part: 8 << 20)]
        }
        return BenchReport(
            location: "r:b/<script>&\"", store: "s3+https://x", begun: Timestamp(seconds: 0, nanoseconds: 0),
            measurements: all, recommendation: Recommendation(all),
            peers: [
                PeerResult(
                    program: "rclone", work: "1000 x 4 KiB up", objects: 1000, bytes: 4_096_000,
                    cost: ChildProcess.Cost(seconds: 2, processorSeconds: 1.5))
            ])
    }

    @Test func json() throws {
        let bytes = Data(BenchJSON.text(report()))
        let json = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let measurements = try #require(json["measurements"] as? [[String: Any]])
        #expect(measurements.count == 6)
        #expect(measurements[0]["calls_per_second"] as? Double == 50)
        #expect(measurements[2]["part_size"] as? Int == 8 << 20)
        let latency = try #require(measurements[0]["latency"] as? [String: Double])
        #expect(try #require(latency["p50"]) >= 0.05 && latency["p50"]! < 0.0516)
        #expect((json["recommendation"] as? [String: Any])?["refused_at"] as? Int == 2)
        #expect((json["programs"] as? [[String: Any]])?.first?["cpu_seconds"] as? Double == 1.5)
    }

    /// The page is XML too, so that a reader of XML can find what is not closed.
    @Test func page() throws {
        let text = BenchPage(report: report()).text
        #expect(!text.contains("<script"))
        #expect(text.contains("r:b/&lt;script&gt;&amp;&quot;"))
        #expect(!text.contains("http://") && !text.contains("src=") && !text.contains("href="))
        #expect(text.components(separatedBy: "<svg").count == 4)
        for tag in ["table", "tr", "td", "th", "svg", "text", "li", "ul", "h1", "h2", "p", "style", "title"] {
            let opened = text.components(separatedBy: "<\(tag)>").count + text.components(separatedBy: "<\(tag) ").count
            #expect(opened - 1 == text.components(separatedBy: "</\(tag)>").count, "\(tag)")
        }
    }

    @Test func linesFitATerminal() {
        for measurement in report().measurements { #expect(BenchText.line(measurement).utf8.count <= 90) }
        #expect(BenchText.header.utf8.count <= 80)
        #expect(BenchText.time(0.000421) == "0.42 ms")
        #expect(BenchText.time(0.0421) == "42.1 ms")
        #expect(BenchText.time(1.25) == "1.25 s")
    }

    @Test func lists() {
        #expect(SizeListArgument(argument: "4K,1M")?.bytes == [4096, 1 << 20])
        #expect(SizeListArgument(argument: "4K,")?.bytes == nil)
        #expect(PeerListArgument(argument: "rclone,aws")?.peers == [.rclone, .aws])
        #expect(PeerListArgument(argument: "rclone,cp") == nil)
    }
}
