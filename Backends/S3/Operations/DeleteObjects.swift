// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import Markup
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
extension S3Connection {
    /// The most single deletions under way at once.
    private static var singlesMax: Int { 16 }

    /// Deletes objects, as many as can be in one request; one outcome a deletion, in order.
    func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        var outcomes = deletions.map { DeleteOutcome(key: $0.key) }
        var batch: [Int] = []
        var singles: [Int] = []
        let honoursCondition = policy.provider.conditions.contains(.deleteIfMatch)
        for (index, deletion) in deletions.enumerated() {
            do {
                try validate(deletion.key, during: .delete)
            } catch {
                outcomes[index].error = error
                continue
            }
            if deletion.ifMatch != nil && honoursCondition || deletion.isForMarker || !Self.fitsMarkup(deletion.key) {
                singles.append(index)
            } else {
                batch.append(index)
            }
        }
        if batch.count == 1 || policy.provider.deleteBatchMax == 1 {
            singles += batch
            batch = []
        }
        for start in stride(from: 0, to: batch.count, by: policy.capabilities.deleteBatchMax) {
            let indices = batch[start..<min(start + policy.capabilities.deleteBatchMax, batch.count)]
            try await deleteBatch(deletions, indices, &outcomes)
        }
        await deleteSingly(deletions, singles, &outcomes)
        return outcomes
    }

    private func deleteSingly(
        _ deletions: [Deletion], _ indices: [Int], _ outcomes: inout [DeleteOutcome]
    ) async {
        await withTaskGroup(of: (Int, DeleteOutcome).self) { group in
            var waiting = indices[...]
            func begin() {
                guard let index = waiting.popFirst() else { return }
                group.addTask {
                    let deletion = deletions[index]
                    do throws(StorageError) {
                        let marker = try await self.deleteObject(deletion)
                        return (index, DeleteOutcome(key: deletion.key, marker: marker))
                    } catch {
                        return (index, DeleteOutcome(key: deletion.key, error: error))
                    }
                }
            }
            for _ in 0..<Self.singlesMax { begin() }
            while let (index, outcome) = await group.next() {
                outcomes[index] = outcome
                begin()
            }
        }
    }

    private func deleteBatch(
        _ deletions: [Deletion], _ indices: ArraySlice<Int>, _ outcomes: inout [DeleteOutcome]
    ) async throws(StorageError) {
        let document: [UInt8]
        do throws(MarkupError) {
            document = try Self.deleteDocument(indices.map { deletions[$0] })
        } catch {
            throw StorageError(.invalidKey, during: .delete, at: location, message: error.message)
        }
        var call = S3Call(kind: .delete, method: .post, operation: .delete, permission: "s3:DeleteObject")
        call.query.add("delete")
        call.carry(document, provenBy: policy.documentAlgorithm)
        call.sink = .collect(limit: 8 << 20)
        let response = try await send(call)
        let result = try result(response, "DeleteResult", of: call)
        let failures = Self.failures(result)
        for index in indices {
            let deletion = deletions[index]
            guard let failure = failures[DeletedName(key: deletion.key.bytes, version: deletion.version ?? "")]
            else { continue }
            if failure.code == "NoSuchKey" || failure.code == "NoSuchVersion" { continue }
            outcomes[index].error = error(S3Failure(response, failure, now: now), call, key: deletion.key)
        }
    }

    private struct DeletedName: Hashable {
        var key: SharedBytes
        var version: String
    }

    private static func failures(_ result: ReplyElement) -> [DeletedName: ErrorDocument] {
        var failures: [DeletedName: ErrorDocument] = [:]
        for element in result.all("Error") {
            let name = DeletedName(
                key: SharedBytes(element["Key"]?.bytes ?? []), version: element["VersionId"]?.text ?? "")
            failures[name] = ErrorDocument(element)
        }
        return failures
    }

    private static func deleteDocument(_ deletions: [Deletion]) throws(MarkupError) -> [UInt8] {
        var writer = MarkupWriter()
        writer.open("Delete", namespace: namespace)
        try writer.element("Quiet", "true")
        for deletion in deletions {
            writer.open("Object")
            try deletion.key.bytes.withUnsafeBytes { bytes throws(MarkupError) in
                try writer.element("Key", bytes: bytes)
            }
            if let version = deletion.version { try writer.element("VersionId", version) }
            writer.close()
        }
        writer.close()
        return writer.bytes
    }

    private static func fitsMarkup(_ key: ObjectKey) -> Bool {
        key.bytes.withUnsafeBytes { MarkupText.carriedPrefix($0) == $0.count }
    }
}
