// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html and API_ListDirectoryBuckets.html
extension S3Connection {
    /// Every bucket of the account but its directory buckets.
    func listBuckets() async throws(StorageError) -> [(name: String, created: Timestamp?)] {
        try await listBuckets(.data, "ListAllMyBucketsResult", "s3:ListAllMyBuckets")
    }

    /// The account's directory buckets in the region.
    func listDirectoryBuckets() async throws(StorageError) -> [(name: String, created: Timestamp?)] {
        try await listBuckets(.control, "ListAllMyDirectoryBucketsResult", "s3express:ListAllMyDirectoryBuckets")
    }

    private func listBuckets(
        _ entrance: S3Entrance, _ name: String, _ permission: String
    ) async throws(StorageError) -> [(name: String, created: Timestamp?)] {
        var buckets: [(name: String, created: Timestamp?)] = []
        var token: String?
        while true {
            var call = S3Call(kind: .list, method: .get, operation: .list, permission: permission)
            call.entrance = entrance
            if let token { call.query.add("continuation-token", token) }
            call.sink = .collect(limit: 16 << 20)
            let response = try await send(call)
            let page = try result(response, name, of: call)
            for bucket in page["Buckets"]?.all("Bucket") ?? [] {
                guard let name = bucket["Name"]?.text, !name.isEmpty else {
                    throw malformed("a bucket without a name", response, call)
                }
                buckets.append((name, bucket["CreationDate"].flatMap { Timestamp(rfc3339: $0.bytes) }))
            }
            guard let next = page["ContinuationToken"]?.text, !next.isEmpty else { return buckets }
            guard next != token else { throw malformed("a list of buckets that does not advance", response, call) }
            token = next
        }
    }
}
