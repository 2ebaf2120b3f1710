// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

/// An upload whose beginning may have gone unanswered: what an earlier attempt began without telling its id would stay
/// in the store for ever, invisible and paid for.
///
/// The upload that did begin tells the store's clock. Others of the same key that were begun since the first attempt
/// are those of the lost answers, and are given up.
final class LostUpload: Sendable {
    /// Stores tell the beginning in whole seconds.
    private static let clockStep = Duration.seconds(2)

    private let base: any Backend
    private let key: ObjectKey
    private let start = ContinuousClock.now
    private let isInDoubt = Atomic(false)

    init(base: any Backend, key: ObjectKey) {
        self.base = base
        self.key = key
    }

    /// Makes one attempt, the first or another one.
    func attempt(
        _ begin: @Sendable () async throws(StorageError) -> any UploadSession
    ) async throws(StorageError) -> any UploadSession {
        do throws(StorageError) {
            let session = try await begin()
            if isInDoubt.load(ordering: .relaxed) { await giveUpOthers(than: session) }
            return session
        } catch {
            // Throttling refused it before it did anything.
            if error.kind != .rateLimited { isInDoubt.store(true, ordering: .relaxed) }
            throw error
        }
    }

    /// Best effort: what cannot be given up now is found by `cleanup`.
    private func giveUpOthers(than session: any UploadSession) async {
        let uploads: [UnfinishedUpload]
        do throws(StorageError) { uploads = try await base.unfinishedUploads(under: key) } catch { return }
        guard let ours = uploads.first(where: { $0.key == key && $0.token == session.token })?.begun else { return }
        let reach = start.duration(to: .now) + Self.clockStep
        for upload in uploads where upload.key == key && upload.token != session.token {
            guard let begun = upload.begun, begun <= ours, begun.distance(to: ours) <= reach else { continue }
            do throws(StorageError) { try await base.abort(upload) } catch { continue }
        }
    }
}
