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
        let isVersion2 = policy.listVersion == 2
        if isVersion2 { call.query.add("list-type", "2") }
        call.query.add("max-keys", String(policy.listChunk))
        if policy.listsURLEncoded { call.query.add("encoding-type", "url") }
        if !request.prefix.isRoot { call.query.add("prefix", request.prefix.bytes) }
        if let delimiter = request.delimiter { call.query.add("delimiter", SharedBytes([delimiter])) }
        switch position {
        case .start:
            if let after = request.after {
                let start = request.order == .pathComponents ? Self.startBefore(after) : after.bytes
                call.query.add(isVersion2 ? "start-after" : "marker", start)
            }
        case .token(let token): call.query.add("continuation-token", SharedBytes(token))
        case .marker(let marker): call.query.add("marker", marker)
        }
        return call
    }

    /// A place a little before `after`; the listing drops what lies between.
    ///
    /// SeaweedFS that is to begin after `foo` passes over all of `foo/` too, which is still to come. What it passes
    /// over from here (a directory of this very name) is behind `after` anyway.
    private static func startBefore(_ after: ObjectKey) -> SharedBytes {
        guard !after.isDirectoryMarker, after.isUTF8 else { return after.bytes }
        var scalars = Array(after.description.unicodeScalars)
        guard let last = scalars.popLast() else { return after.bytes }
        // The scalar before the last one and the highest behind it: hardly any key lies between.
        if last.value > 0x21, last.value < 0x7f, last.value != 0x30, let before = Unicode.Scalar(last.value - 1) {
            scalars += [before, "\u{10ffff}"]
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return SharedBytes(text)
    }

    func malformedListing(_ reason: String) -> StorageError {
        StorageError(
            .unexpected, during: .list, at: location, message: "the store sent a malformed listing: \(reason)",
            advice: policy.listsURLEncoded ? nil : "keys with control characters need list_url_encode = true",
            disposition: .transient(retryAfter: nil))
    }
}
