// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html and, for older stores, API_ListObjects.html
extension S3Connection {
    /// Where a listing goes on.
    enum ListingPosition: Sendable, Equatable {
        case start
        /// ListObjectsV2: as the store gave it.
        case token([UInt8])
        /// ListObjects: after this key or common prefix.
        case marker(SharedBytes)
    }

    /// One page of keys, at `position`.
    func listObjects(
        _ request: ListRequest, at position: ListingPosition
    ) async throws(StorageError) -> ListingDocument {
        let call = listCall(request, at: position)
        let sink = ListingSink(expecting: policy.listChunk)
        var streamed = call
        streamed.sink = .stream(sink)
        let response: HTTPResponse
        do {
            response = try await send(streamed)
        } catch {
            guard let failure = sink.failure else { throw error }
            throw malformedListing(failure)
        }
        switch sink.finish() {
        case .page(let document): return document
        case .error(let document): throw error(S3Failure(response, document, now: now), call)
        case .malformed(let reason): throw malformedListing(reason)
        }
    }

    private func listCall(_ request: ListRequest, at position: ListingPosition) -> S3Call {
        var call = S3Call(kind: .list, method: .get, operation: .list, permission: "s3:ListBucket")
        let isVersion2 = policy.provider.listVersion == 2
        if isVersion2 { call.query.add("list-type", "2") }
        call.query.add("max-keys", String(policy.listChunk))
        if policy.provider.listsURLEncoded { call.query.add("encoding-type", "url") }
        let prefix = listable(request.prefix)
        if !prefix.isRoot { call.query.add("prefix", prefix.bytes) }
        if policy.listsRestores {
            call.headers.append(HTTPHeader("x-amz-optional-object-attributes", "RestoreStatus"))
        }
        if let delimiter = request.delimiter { call.query.add("delimiter", SharedBytes([delimiter])) }
        switch position {
        case .start:
            // Without an order nothing is behind a key.
            if let after = request.after, policy.provider.listingOrder != .unordered {
                let marker = Self.marker(
                    after: after, policy.provider.listingOrder, passesOver: request.passesOver)
                if !marker.isEmpty { call.query.add(isVersion2 ? "start-after" : "marker", marker) }
            }
        case .token(let token): call.query.add("continuation-token", SharedBytes(token))
        case .marker(let marker): call.query.add("marker", marker)
        }
        return call
    }

    /// The longest prefix that the store lists and that has everything under `prefix`.
    func listable(_ prefix: ObjectKey) -> ObjectKey {
        guard policy.provider.listsWholeDirectories else { return prefix }
        let end = prefix.bytes.array.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return ObjectKey(prefix.bytes.prefix(end))
    }

    /// Where a listing must begin so that nothing behind `key` is missed: the key itself, or a little before it.
    ///
    /// - The answer repeats the beginning, often not encoded, so it must be something that XML can carry.
    /// - A store that lists by path components takes `foo` for the directory of that name too, and passes over what is
    ///   in it; the last name that sorts before `foo` avoids that, unless nobody minds (`passesOver`).
    static func marker(after key: ObjectKey, _ order: ListingOrder, passesOver: Bool = false) -> SharedBytes {
        let sendable = key.bytes.withUnsafeBytes { MarkupText.carriedPrefix($0) }
        if sendable < key.bytes.count { return key.bytes.prefix(sendable) }
        guard order == .pathComponents, !passesOver, !key.isDirectoryMarker, !key.isRoot else { return key.bytes }
        var bytes = key.bytes.array
        while let byte = bytes.last, byte & 0xc0 == 0x80 { bytes.removeLast() }
        let last = bytes.removeLast()
        // Not `0`, whose predecessor is `/`.
        if last > 0x21, last < 0x7f, last != UInt8(ascii: "0"), bytes.count < 1000 {
            bytes.append(last - 1)
            bytes += [0xf4, 0x8f, 0xbf, 0xbf]
        }
        return SharedBytes(bytes)
    }

    /// The store sent something that is no listing page.
    func malformedListing(_ reason: String) -> StorageError {
        StorageError(
            .unexpected, during: .list, at: location, message: "the store sent a malformed listing (\(reason))",
            advice: policy.provider.listsURLEncoded
                ? Self.malformedAdvice : "keys with control characters need list_url_encode = true",
            disposition: .transient(retryAfter: nil))
    }
}
