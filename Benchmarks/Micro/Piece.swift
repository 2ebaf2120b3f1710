// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendLocal
import BackendMemory
import Digests
import HTTPTransport
import Markup
import Selection
import StorageModel
import SyncEngine

@testable import BackendS3

/// What is done for every key, every request or every byte.
struct Piece: Sendable {
    let name: String
    /// How often it is done to be measured.
    let count: Int
    /// Makes what it needs; returns the work itself.
    let prepare: @Sendable () async throws -> (@Sendable () async throws -> Void)

    static let all: [Piece] = [compareKeys, listingPage, sign, select] + ranks + digests + [sameTrees, plan] + trees

    private static let compareKeys = Piece(name: "compare-1000-keys", count: 200) {
        let keys = Samples.keys(1001)
        return {
            for index in 1..<keys.count { precondition(keys[index - 1] < keys[index]) }
        }
    }

    private static let ranks = [ListingOrder.keyBytes, .pathComponents].map { order in
        Piece(name: "rank-1000-keys-\(order)", count: 200) {
            let keys = Samples.keys(1001)
            return {
                for index in 1..<keys.count { precondition(order.compare(keys[index - 1], keys[index]) < 0) }
            }
        }
    }

    private static let listingPage = Piece(name: "read-page-of-1000-keys", count: 20) {
        let page = Samples.listingPage(1000)
        return {
            let reader = ListingPageReader(expecting: 1000)
            let markup = MarkupReader(reader)
            try markup.push(page)
            try markup.finish()
            precondition(reader.rows.count == 1000)
        }
    }

    private static let sign = Piece(name: "sign-request", count: 1000) {
        let signer = SigV4Signer(region: "eu-west-1")
        let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: nil)
        let headers = [
            HTTPHeader("content-type", "text/plain"), HTTPHeader("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="),
        ]
        return {
            let added = signer.sign(
                method: .put, host: "bucket.s3.eu-west-1.amazonaws.com", path: "/a/key", query: "", headers: headers,
                payloadHash: "UNSIGNED-PAYLOAD", credentials: credentials,
                at: Timestamp(seconds: 1_700_000_000, nanoseconds: 0))
            precondition(added.count == 3)
        }
    }

    private static let select = Piece(name: "select-1000-keys-by-100-rules", count: 100) {
        let selection = try Selection(Samples.rules(100)), keys = Samples.keys(1000)
        return {
            var selected = 0
            for key in keys where selection.selects(Entry(key: key, size: 1), key: key) { selected += 1 }
            precondition(selected > 0 && selected < 1000)
        }
    }

    private static let digests = ChecksumAlgorithm.allCases.map { algorithm in
        Piece(name: "digest-1MiB-\(algorithm.rawValue)", count: 10) {
            let buffer = PartBuffer([UInt8](repeating: 7, count: 1 << 20))
            return { precondition(Digest.of(buffer, algorithm).count == algorithm.length) }
        }
    }

    private static let sameTrees = Piece(name: "compare-10000-same-objects", count: 3) {
        let (source, target) = try await Samples.pair(10_000)
        return {
            var options = SyncOptions(mode: .check)
            options.comparing.method = .size
            let report = await SyncSession(
                source: SyncLocation(backend: source), target: SyncLocation(backend: target), options: options,
                observer: nil
            ).run()
            precondition(report.stop == nil && report.differences.total == 0 && report.objects.listedSource == 10_000)
        }
    }
    private static let plan = Piece(name: "plan-10000-objects", count: 3) {
        let (source, _) = try await Samples.pair(10_000)
        let path = Samples.temporaryDirectory() + "/plan"
        return {
            var options = SyncOptions(mode: .copy)
            options.dryRun = true
            let writer = try PlanWriter(path, Samples.planHeader)
            options.planSink = writer
            let report = await SyncSession(
                source: SyncLocation(backend: source), target: SyncLocation(backend: MemoryBackend()),
                options: options, observer: nil
            ).run()
            try writer.finish()
            precondition(report.stop == nil && report.objects.listedSource == 10_000)
        }
    }

    /// What rules exclude costs nothing, however much it is.
    private static let trees = [0, 20_000].map { excluded in
        Piece(name: "list-1000-files" + (excluded == 0 ? "" : "-beside-\(excluded)-excluded"), count: 10) {
            let root = Samples.tree(1000, excluded: excluded)
            var definition = SelectionDefinition(now: Timestamp(seconds: 0))
            definition.exclude = ["/excluded/**"]
            let selection = try Selection(definition)
            return {
                let backend = LocalBackend(root: root)
                var request = ListRequest(order: backend.capabilities.listingOrders[0])
                request.enters = { selection.mayContain($0) }
                let listing = backend.list(request)
                var count = 0
                while let page = try await listing.next() { count += page.entries.count }
                precondition(count == 1000)
            }
        }
    }
}
