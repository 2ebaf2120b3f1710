// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
internal import Synchronization

/// A backend whose every operation, listing page and upload part goes through one policy.
package struct InterceptedBackend: Backend {
    let base: any Backend
    let interceptor: any Interceptor
    let splitting: SplitLimits?

    /// - Parameter splitting: How far listings are split; nil: each is one request after another.
    package init(_ base: any Backend, _ interceptor: any Interceptor, splitting: SplitLimits? = nil) {
        self.base = base
        self.interceptor = interceptor
        self.splitting = splitting
    }

    package var identity: BackendIdentity { base.identity }
    package var capabilities: Capabilities { base.capabilities }
    package var preferredExecutor: (any TaskExecutor)? { base.preferredExecutor }

    package func list(_ request: ListRequest) -> any Listing {
        // A key that comes several times is not cut in two.
        guard let splitting, capabilities.listsFromAnyKey, request.order != .unordered, request.delimiter == nil,
            request.maySplit, request.versions != .all
        else { return InterceptedListing(base: base, interceptor: interceptor, request: request) }
        return SplitListing(request, splitting) { [base, interceptor] part in
            InterceptedListing(base: base, interceptor: interceptor, request: part)
        }
    }

    package func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        try await interceptor.around(Call(.stat, key: key)) { () async throws(StorageError) -> Entry in
            try await base.stat(key, version: version)
        }
    }

    package func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        let start = buffer.count
        return try await interceptor.around(Call(.read, key: key, buffer: buffer)) {
            () async throws(StorageError) -> Entry in
            if buffer.count == start { return try await base.read(key, options, into: buffer) }
            return try await ResumedRead(base: base, key: key, options: options, start: start).run(into: buffer)
        }
    }

    package func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        let call = Call(.write, key: key, buffer: content)
        // Writing the same again is harmless, unless the object that the first attempt made breaks the condition, or would
        // be one version more.
        guard LostAnswer.matters(for: options) else {
            return try await interceptor.around(call) { () async throws(StorageError) -> Entry in
                try await base.write(content, to: key, options)
            }
        }
        let answer = LostAnswer(
            base: base, key: key, size: Int64(content.count), options, content: .bytes(content))
        return try await interceptor.around(call) { () async throws(StorageError) -> Entry in
            try await answer.attempt { () async throws(StorageError) -> Entry in
                try await base.write(content, to: key, options)
            }
        }
    }

    package func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8] { base.terms(options, for: key) }

    package func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        let lost = LostUpload(key)
        let session = try await interceptor.around(Call(.beginUpload, key: key)) {
            () async throws(StorageError) -> any UploadSession in
            try await lost.attempt { () async throws(StorageError) -> any UploadSession in
                try await base.beginUpload(to: key, size: size, partSize: partSize, options)
            }
        }
        let isAlone = await lost.giveUpOthers(than: session, in: self)
        return InterceptedUpload(
            base: session, backend: base, interceptor: interceptor, key: key, size: size, options: options,
            mayHaveTwin: !isAlone || session.mayHaveTwin)
    }

    package func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        let session = try await interceptor.around(Call(.resumeUpload, key: key)) {
            () async throws(StorageError) -> any UploadSession in
            try await base.resumeUpload(token, to: key, size: size, partSize: partSize, options)
        }
        return InterceptedUpload(
            base: session, backend: base, interceptor: interceptor, key: key, size: size, options: options)
    }

    package func copySource(_ entry: Entry) -> CopySource { base.copySource(entry) }

    package func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        let call = Call(.copy, key: key)
        guard options.metadata.sourceVersion != nil else {
            return try await interceptor.around(call) { () async throws(StorageError) -> Entry in
                try await base.copy(source, to: key, options)
            }
        }
        let answer = LostAnswer(base: base, key: key, size: source.entry.size, options, content: .copy)
        return try await interceptor.around(call) { () async throws(StorageError) -> Entry in
            try await answer.attempt { () async throws(StorageError) -> Entry in
                try await base.copy(source, to: key, options)
            }
        }
    }

    package func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        try await interceptor.around(Call(.setModified, key: entry.key)) { () async throws(StorageError) in
            try await base.setModified(time, of: entry)
        }
    }

    package func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata {
        try await interceptor.around(Call(.attributes, key: entry.key)) {
            () async throws(StorageError) -> ObjectMetadata in
            try await base.attributes(of: entry, wanted)
        }
    }

    package func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata, modified: Timestamp?
    ) async throws(StorageError) {
        try await interceptor.around(Call(.setAttributes, key: entry.key)) { () async throws(StorageError) in
            try await base.setAttributes(changed, of: entry, to: metadata, modified: modified)
        }
    }

    package func restore(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState? {
        try await interceptor.around(Call(.restore, key: entry.key)) {
            () async throws(StorageError) -> ArchiveState? in
            try await base.restore(entry, request)
        }
    }

    package func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        let progress = DeletionProgress(deletions)
        do throws(StorageError) {
            try await interceptor.around(Call(.delete, key: deletions.first?.key)) { () async throws(StorageError) in
                try await progress.advance(with: base)
            }
            return progress.outcomes(rest: nil)
        } catch {
            guard progress.hasAnswers else { throw error }
            return progress.outcomes(rest: error)
        }
    }

    package func flush() async throws(StorageError) {
        try await interceptor.around(Call(.flush)) { () async throws(StorageError) in try await base.flush() }
    }

    package func createContainer() async throws(StorageError) {
        try await interceptor.around(Call(.createContainer)) { () async throws(StorageError) in
            try await base.createContainer()
        }
    }

    package func removeContainer(_ directory: ObjectKey) async throws(StorageError) {
        let isRepeated = Atomic(false)
        try await interceptor.around(Call(.removeContainer, key: directory)) { () async throws(StorageError) in
            do throws(StorageError) {
                try await base.removeContainer(directory)
            } catch {
                // An earlier attempt whose answer was lost removed it.
                let isGone = error.kind == .containerNotFound || error.kind == .notFound
                if isGone, isRepeated.load(ordering: .relaxed) { return }
                isRepeated.store(true, ordering: .relaxed)
                throw error
            }
        }
    }

    package func containerExists() async throws(StorageError) -> Bool {
        try await interceptor.around(Call(.containerExists)) { () async throws(StorageError) -> Bool in
            try await base.containerExists()
        }
    }

    package func keepsVersions() async throws(StorageError) -> Bool {
        try await interceptor.around(Call(.keepsVersions)) { () async throws(StorageError) -> Bool in
            try await base.keepsVersions()
        }
    }

    package func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes {
        try await interceptor.around(Call(.keptAttributes)) { () async throws(StorageError) -> Attributes in
            try await base.keptAttributes(of: wanted)
        }
    }

    package func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        try await interceptor.around(Call(.unfinishedUploads, key: prefix)) {
            () async throws(StorageError) -> [UnfinishedUpload] in
            try await base.unfinishedUploads(under: prefix)
        }
    }

    package func abort(_ upload: UnfinishedUpload) async throws(StorageError) {
        try await interceptor.around(Call(.abortUpload, key: upload.key)) { () async throws(StorageError) in
            try await base.abort(upload)
        }
    }
}
