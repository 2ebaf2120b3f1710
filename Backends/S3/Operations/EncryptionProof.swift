// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Nothing that was to be encrypted counts as written where the store does not say that it is.
extension S3Connection {
    /// Fails unless the answer to the request that made the object, or a HEAD, tells of encryption where that was asked for.
    /// Ceph 16 takes a request for AES256 and does not mind it.
    func confirmEncryption(
        _ headers: ObjectHeaders, of key: ObjectKey, during operation: StorageError.Operation
    ) async throws(StorageError) {
        guard let encryption = policy.encryption, headers.serverSideEncryption == nil else { return }
        let now = try await objectHeaders(of: key, version: headers.version, during: operation)
        guard now.serverSideEncryption == nil else { return }
        throw StorageError(
            .unsupported, during: operation, at: location, key: key,
            message: "the store took the object and did not encrypt it by \(encryption)",
            advice: "it is there in the clear; this store has no such encryption, or its gateway is not set up for it")
    }
}
