// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// Random calls to access points and directory buckets go where botocore sends them, with the signature that it gives them, and
/// both refuse the same.
@Suite struct EndpointOracleTests {
    /// What godwit and botocore say of one call, to be equal.
    private struct Sent: Equatable {
        var url: String
        var authorization: String?
        var tokens: [String?]
        var source: String?
    }

    @Test(.enabled(if: BotocoreOracle.isThere)) func addressesAsBotocoreDoes() async throws {
        let requests = BotocoreOracle.seeds.map { AddressedRequest(seed: $0) }
        let answers = try await BotocoreOracle.ask(
            "botocore-endpoints.py", requests, for: AddressedRequest.Answer.self)
        #expect(answers.count == requests.count)
        let client = HTTPClient(HTTPConfiguration())
        defer { client.shutdown() }
        for (seed, (request, answer)) in zip(BotocoreOracle.seeds, zip(requests, answers)) {
            guard let route = request.route(client), answer.refusal == nil else {
                let isRefused = request.route(client) == nil
                #expect(
                    isRefused && answer.refusal != nil, "seed \(seed): \(request): \(answer.refusal ?? "no refusal")")
                continue
            }
            let names = ["x-amz-security-token", "x-amz-s3session-token"]
            let expected = Sent(
                url: String(answer.url.prefix { $0 != "?" }), authorization: answer.authorization,
                tokens: names.map { answer.headers[$0] }, source: answer.headers["x-amz-copy-source"])
            #expect(try sent(request, by: route, answer) == expected, "seed \(seed): \(request)")
        }
    }

    /// How godwit sends and signs `request` with the headers that botocore chose for it.
    private func sent(
        _ request: AddressedRequest, by route: S3Route, _ answer: AddressedRequest.Answer
    ) throws -> Sent {
        let path = request.path(route)
        let query = answer.url.contains("?") ? String(answer.url.split(separator: "?", maxSplits: 1)[1]) : ""
        let own = ["host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-s3session-token"]
        let headers = answer.headers.filter { !own.contains($0.key) }.map { HTTPHeader($0.key, $0.value) }
        let method: HTTPMethod =
            switch request.operation {
            case .get, .session, .list: .get
            case .copy, .create: .put
            case .remove: .delete
            }
        let added = route.signer.sign(
            method: method, host: route.address.authority, path: path, query: CanonicalQuery(encoded: query).text,
            headers: headers, payloadHash: answer.headers["x-amz-content-sha256"] ?? PayloadHash.empty,
            credentials: request.credentials, at: Timestamp(seconds: request.seconds))
        func value(_ name: String) -> String? { added.first { $0.name == name }?.value }
        // The slash before a bucket's name may stand or not.
        let source = request.copySource.map { $0.first == "/" ? String($0.dropFirst()) : $0 }
        return Sent(
            url: route.address.origin + path, authorization: value("authorization"),
            tokens: ["x-amz-security-token", "x-amz-s3session-token"].map(value), source: source)
    }
}
