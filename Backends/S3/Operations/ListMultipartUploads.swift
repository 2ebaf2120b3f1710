// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
extension S3Connection {
    /// Every unfinished upload under `prefix`.
    func listMultipartUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        var uploads: [UnfinishedUpload] = []
        var marker: Marker?
        // Stores list in orders of their own; only a beginning that comes again shows a list without end.
        var seen: Set<Marker> = []
        while true {
            var call = S3Call(
                kind: .list, method: .get, operation: .list, permission: "s3:ListBucketMultipartUploads")
            call.query.add("uploads")
            if policy.provider.listsURLEncoded, policy.provider.listsUploadsURLEncoded {
                call.query.add("encoding-type", "url")
            }
            let listed = listable(prefix)
            if !listed.isRoot { call.query.add("prefix", listed.bytes) }
            if let marker {
                call.query.add("key-marker", marker.key)
                // A directory bucket's marker of the key says all.
                if !policy.provider.listsWholeDirectories { call.query.add("upload-id-marker", marker.token) }
            }
            call.sink = .collect(limit: 16 << 20)
            let response = try await send(call)
            let page = try result(response, "ListMultipartUploadsResult", of: call)
            let isEncoded = page["EncodingType"]?.text == "url"
            for element in page.all("Upload") {
                guard let key = Self.text(element["Key"], isEncoded), let token = element["UploadId"]?.text else {
                    throw malformed("an upload without key or id", response, call)
                }
                let upload = UnfinishedUpload(
                    key: ObjectKey(SharedBytes(key)), token: token,
                    begun: element["Initiated"].flatMap { Timestamp(rfc3339: $0.bytes) })
                if upload.key.hasPrefix(prefix) { uploads.append(upload) }
            }
            guard page["IsTruncated"]?.text == "true" else { return uploads }
            let next = Marker(
                key: SharedBytes(Self.text(page["NextKeyMarker"], isEncoded) ?? []),
                token: page["NextUploadIdMarker"]?.text ?? "")
            guard !next.key.isEmpty, seen.insert(next).inserted else {
                throw malformed("a list of uploads that does not advance", response, call)
            }
            marker = next
        }
    }

    private struct Marker: Hashable {
        var key: SharedBytes
        var token: String
    }

    private static func text(_ element: ReplyElement?, _ isEncoded: Bool) -> [UInt8]? {
        guard var bytes = element?.bytes else { return nil }
        guard isEncoded else { return bytes }
        guard let range = URLDecoding.decode(&bytes, 0..<bytes.count) else { return nil }
        return Array(bytes[range])
    }
}
