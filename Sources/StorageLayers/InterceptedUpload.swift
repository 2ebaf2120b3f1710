// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// An upload whose every part goes through a policy.
struct InterceptedUpload: UploadSession {
    let base: any UploadSession
    let backend: any Backend
    let interceptor: any Interceptor
    let key: ObjectKey
    let size: Int64
    let options: WriteOptions
    var mayHaveTwin = false

    var token: String { base.token }

    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        try await interceptor.around(Call(.uploadPart, key: key, buffer: part)) {
            () async throws(StorageError) -> PartReceipt in
            try await base.upload(number, at: offset, part)
        }
    }

    func copy(
        _ number: Int, from source: CopySource, range: Range<Int64>
    ) async throws(StorageError) -> PartReceipt {
        try await interceptor.around(Call(.copyPart, key: key)) { () async throws(StorageError) -> PartReceipt in
            try await base.copy(number, from: source, range: range)
        }
    }

    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        try await interceptor.around(Call(.verifyParts, key: key)) { () async throws(StorageError) -> [PartReceipt] in
            try await base.verified(parts)
        }
    }

    func suspend() async { await base.suspend() }

    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        let answer = LostAnswer(base: backend, key: key, size: size, options, content: .parts(parts))
        return try await interceptor.around(Call(.completeUpload, key: key)) { () async throws(StorageError) -> Entry in
            try await answer.attempt { () async throws(StorageError) -> Entry in
                try await base.complete(parts, expected: expected)
            }
        }
    }

    func abort() async throws(StorageError) {
        try await interceptor.around(Call(.abortUpload, key: key)) { () async throws(StorageError) in
            try await base.abort()
        }
    }
}
