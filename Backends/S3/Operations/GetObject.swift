// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
extension S3Connection {
    /// Appends the bytes asked for to `buffer`.
    func getObject(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        try validate(key, during: .read)
        if let range = options.range, range.isEmpty { return try await emptyRead(key, options) }
        var call = S3Call(kind: .get, method: .get, operation: .read, permission: "s3:GetObject", key: key)
        if let version = options.version { call.query.add("versionId", version) }
        if let range = options.range {
            call.headers.append(HTTPHeader("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        } else if policy.asksForChecksums, options.wantsChecksums {
            call.headers.append(HTTPHeader("x-amz-checksum-mode", "ENABLED"))
        }
        call.headers += policy.keyHeaders
        if let tag = options.ifMatch { call.headers.append(HTTPHeader("if-match", TagText.quoted(tag))) }
        call.sink = .buffer(buffer)
        let before = buffer.count
        let response = try await send(call)
        do {
            return try received(response, Int64(buffer.count - before), key, options)
        } catch {
            // The bytes in the buffer are not those that belong there: nothing may continue behind them.
            guard before > 0 else {
                buffer.reset()
                throw error
            }
            var final = error
            final.disposition = .permanent
            throw final
        }
    }

    /// Checks that what came is what was asked for.
    private func received(
        _ response: HTTPResponse, _ count: Int64, _ key: ObjectKey, _ options: ReadOptions
    ) throws(StorageError) -> Entry {
        let headers = ObjectHeaders(response.headers)
        try check(headers.tag, options.ifMatch, key)
        if let range = options.range, response.status == 206 {
            guard let came = headers.range, let size = headers.wholeSize, came.lowerBound == range.lowerBound,
                came.upperBound == min(range.upperBound, size) - 1, Int64(came.count) == count
            else { throw mismatch(key, "the store sent another range than the one asked for") }
            return try entry(headers, key, size: size, during: .read)
        }
        if let length = headers.contentLength, length != count {
            throw mismatch(key, "\(count) bytes came of the \(length) announced")
        }
        if let range = options.range, range.lowerBound != 0 || range.upperBound < count {
            throw StorageError(
                .unsupported, during: .read, at: location, key: key,
                message: "the store ignores Range and sent the whole object")
        }
        return try entry(headers, key, size: count, during: .read)
    }

    /// No store can express a range of no bytes; a HEAD says whether the object is still the same.
    private func emptyRead(_ key: ObjectKey, _ options: ReadOptions) async throws(StorageError) -> Entry {
        let headers = try await objectHeaders(of: key, version: options.version, during: .read)
        try check(headers.tag, options.ifMatch, key)
        return try entry(headers, key, size: headers.contentLength, during: .read)
    }

    /// A store that ignores If-Match must not get two states of an object spliced.
    private func check(_ tag: VersionTag?, _ wanted: VersionTag?, _ key: ObjectKey) throws(StorageError) {
        guard let wanted, let tag, tag != wanted else { return }
        throw StorageError(
            .preconditionFailed, during: .read, at: location, key: key,
            message: "the object changed: its tag is \(tag.text), not \(wanted.text)")
    }

    private func mismatch(_ key: ObjectKey, _ message: String) -> StorageError {
        StorageError(
            .unexpected, during: .read, at: location, key: key, message: message,
            disposition: .transient(retryAfter: nil))
    }
}
