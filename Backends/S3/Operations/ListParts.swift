// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
extension S3Connection {
    /// The upload `token`, which an earlier process began, once the store has said that it still has it.
    func resumeMultipartUpload(
        _ token: String, to key: ObjectKey, size: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> S3UploadSession {
        try validate(key, during: .upload)
        let condition = try conditionHeader(options.precondition, needs: .completeIfAbsent, during: .upload, key)
        return S3UploadSession(
            connection: self, key: key, token: token, size: size, options: options, condition: condition)
    }

    /// S3's own limit; what claims more is a list without end
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
    private static var partNumberMax: Int { 10_000 }

    /// The parts that the store holds of `upload`, by number.
    func listParts(of upload: S3UploadSession) async throws(StorageError) -> [Int: PartReceipt] {
        var parts: [Int: PartReceipt] = [:]
        var marker = 0
        while true {
            var call = S3Call(
                kind: .list, method: .get, operation: .upload, permission: "s3:ListMultipartUploadParts",
                key: upload.key)
            if marker > 0 { call.query.add("part-number-marker", String(marker)) }
            call.query.add("uploadId", upload.token)
            call.sink = .collect(limit: 16 << 20)
            let response = try await send(call)
            let page = try result(response, "ListPartsResult", of: call)
            var last = marker
            for element in page.all("Part") {
                guard let number = element["PartNumber"].flatMap({ Int($0.text) }),
                    (1...Self.partNumberMax).contains(number), let size = element["Size"].flatMap({ Int64($0.text) })
                else { throw malformed("a part without number or size", response, call) }
                parts[number] = PartReceipt(number: number, size: size, tag: TagText.tag(element["ETag"]?.text))
                last = max(last, number)
            }
            guard page["IsTruncated"]?.text == "true" else { return parts }
            let next = page["NextPartNumberMarker"].flatMap({ Int($0.text) }) ?? last
            guard next > marker, next <= Self.partNumberMax else {
                throw malformed("a list of parts that does not advance", response, call)
            }
            marker = next
        }
    }
}
