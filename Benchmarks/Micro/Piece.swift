// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Digests
import HTTPTransport
import Markup
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

    static let all: [Piece] = [compareKeys, listingPage, sign] + ranks + digests + [sameTrees]

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
}
