// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
extension S3Connection {
    /// The upload `token`, which an earlier process began. Whether the store still has it shows with the first call.
    func resumeMultipartUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) throws(StorageError) -> S3UploadSession {
        try validate(key, during: .upload)
        try checkLayout(size: size, partSize: partSize, key)
        let condition = try conditionHeader(options.precondition, needs: .completeIfAbsent, during: .upload, key)
        return S3UploadSession(
            connection: self, key: key, token: token, size: size, options: options, condition: condition)
    }

    /// The parts that the store holds of `upload`, by number, but for those of which it tells two stories; `notFound`
    /// when it has no such upload. At most `pageSize` an answer; nil: as many as the store gives.
    func listParts(
        of upload: S3UploadSession, pageSize: Int? = nil
    ) async throws(StorageError) -> [Int: PartReceipt] {
        let countMax = policy.capabilities.multipart?.partCountMax ?? 0
        var parts: [Int: PartReceipt] = [:]
        var doubtful: Set<Int> = []
        var marker = 0
        while true {
            var call = S3Call(
                kind: .list, method: .get, operation: .upload, permission: "s3:ListMultipartUploadParts",
                key: upload.key)
            if let pageSize { call.query.add("max-parts", String(pageSize)) }
            if marker > 0 { call.query.add("part-number-marker", String(marker)) }
            call.query.add("uploadId", upload.token)
            // SeaweedFS gives ten thousand parts an answer.
            call.sink = .collect(limit: 8 << 20)
            let (response, page) = try await answer(to: call)
            var last = marker
            for element in page.all("Part") {
                guard let part = Self.receipt(element), part.number <= countMax else {
                    throw malformed("a part without a possible number and size", response, call)
                }
                // SeaweedFS lists what was replaced, too: which of them counts, it does not say.
                if let other = parts.updateValue(part, forKey: part.number), other != part {
                    doubtful.insert(part.number)
                }
                last = max(last, part.number)
            }
            guard page["IsTruncated"]?.text == "true" else {
                return parts.filter { number, _ in !doubtful.contains(number) }
            }
            let next = page["NextPartNumberMarker"].flatMap { Int($0.text) } ?? last
            guard next > marker, next <= countMax else {
                throw malformed("a list of parts that does not advance", response, call)
            }
            marker = next
        }
    }

    private func answer(to call: S3Call) async throws(StorageError) -> (HTTPResponse, ReplyElement) {
        do throws(StorageError) {
            let response = try await send(call)
            // moto calls it by the other name.
            return (response, try result(response, "ListPartsResult", "ListPartsResponse", of: call))
        } catch {
            var error = error
            if error.service?.code == "NoSuchUpload" { error.kind = .notFound }
            throw error
        }
    }

    private static func receipt(_ element: ReplyElement) -> PartReceipt? {
        guard let number = element["PartNumber"].flatMap({ Int($0.text) }), number > 0,
            let size = element["Size"].flatMap({ Int64($0.text) }), size >= 0
        else { return nil }
        return PartReceipt(
            number: number, size: size, tag: TagText.tag(element["ETag"]?.text),
            checksums: ChecksumText.checksums(in: element))
    }
}
