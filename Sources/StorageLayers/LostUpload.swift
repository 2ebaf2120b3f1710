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

    private let key: ObjectKey
    private let start = ContinuousClock.now
    private let isInDoubt = Atomic(false)

    init(_ key: ObjectKey) { self.key = key }

    /// Makes one attempt, the first or another one.
    func attempt(
        _ begin: @Sendable () async throws(StorageError) -> any UploadSession
    ) async throws(StorageError) -> any UploadSession {
        do throws(StorageError) {
            return try await begin()
        } catch {
            // Throttling refused it before it did anything.
            if error.kind != .rateLimited { isInDoubt.store(true, ordering: .relaxed) }
            throw error
        }
    }

    /// Gives up what earlier attempts may have begun before `session` was, in `backend`, which tries again by itself.
    /// False: something may be left.
    func giveUpOthers(than session: any UploadSession, in backend: any Backend) async -> Bool {
        guard isInDoubt.load(ordering: .relaxed) else { return true }
        var isClean = true
        do throws(StorageError) {
            let uploads = try await backend.unfinishedUploads(under: key)
            guard let ours = uploads.first(where: { $0.key == key && $0.token == session.token })?.begun else {
                return false
            }
            let reach = start.duration(to: .now) + Self.clockStep
            for upload in uploads where upload.key == key && upload.token != session.token {
                guard let begun = upload.begun, begun <= ours, begun.distance(to: ours) <= reach else { continue }
                do throws(StorageError) { try await backend.abort(upload) } catch { isClean = false }
            }
        } catch {
            return false
        }
        return isClean
    }
}
