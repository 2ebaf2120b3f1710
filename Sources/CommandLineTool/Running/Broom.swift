// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import JournalStore
internal import StorageModel
internal import SyncEngine

/// Removes what runs that died left at a place, and what is kept no longer.
struct Broom: Sendable {
    /// What was found in a place.
    struct Swept: Sendable {
        var uploads = 0, kept = 0, left = 0, failures = 0

        static func += (sum: inout Swept, more: Swept) {
            sum.uploads += more.uploads
            sum.kept += more.kept
            sum.left += more.left
            sum.failures += more.failures
        }
    }

    let session: Session
    let context: ToolContext
    /// Knows which uploads are ours; nil: there is none.
    let journal: JournalStore?
    /// The age from which the uploads of others are aborted too; nil: never.
    let foreignAge: Duration?
    let undoAge: Duration
    let dryRun: Bool

    func sweep(_ place: OpenLocation) async throws -> Swept {
        guard let backend = place.backend, case .prefix(let prefix) = place.form else { return Swept() }
        var swept = try await sweepUploads(backend, prefix)
        for trash in session.undoTrash(of: SyncLocation(backend: backend, prefix: prefix)) {
            swept += try await sweepKept(trash)
        }
        return swept
    }

    private func sweepUploads(_ backend: any Backend, _ prefix: ObjectKey) async throws -> Swept {
        let ours = try await journal?.abandonedUploads() ?? []
        let underWay = try await journal?.uploadsUnderWay() ?? []
        let running = Set(try await running().map(\.shortName))
        var swept = Swept(), ended: Set<String> = []
        for upload in try await backend.unfinishedUploads(under: prefix) {
            if underWay.contains(upload.token) || upload.run.map(running.contains) ?? false { continue }
            guard ours.contains(upload.token) || isOld(upload) else {
                swept.left += 1
                continue
            }
            do throws(StorageError) {
                if !dryRun { try await backend.abort(upload) }
                context.info("\(dryRun ? "would be aborted" : "aborted")", key: upload.key)
                swept.uploads += 1
                if !dryRun, ours.contains(upload.token) { ended.insert(upload.token) }
            } catch {
                swept.failures += 1
                context.report(error)
            }
        }
        if !ended.isEmpty { try await journal?.forgetUploads(ended) }
        return swept
    }

    /// Runs that are under way.
    private func running() async throws -> [RunDescription] {
        try await journal?.runs().filter { $0.state == .running }.map(\.description) ?? []
    }

    /// Whether an upload that the journal does not know may go: a temporary file of godwit's after a day, others as asked.
    private func isOld(_ upload: UnfinishedUpload) -> Bool {
        // Without a known beginning it may be under way: it is left alone.
        guard let age = upload.run == nil ? foreignAge : foreignAge ?? .seconds(86_400), let begun = upload.begun else {
            return false
        }
        let now = TimeFormat.now
        return begun <= now && begun.distance(to: now) >= age
    }

    private func sweepKept(_ trash: SyncLocation) async throws -> Swept {
        let expiry = UndoExpiry(now: TimeFormat.now, age: undoAge, running: Set(try await running().map(\.id)))
        let backend = trash.backend
        let listing = backend.list(
            ListRequest(prefix: trash.prefix, order: backend.capabilities.listingOrders[0], links: .keep))
        var swept = Swept()
        do throws(StorageError) {
            while let page = try await listing.next() {
                for entry in expiry.expired(page.entries) {
                    if dryRun {
                        swept.kept += 1
                        continue
                    }
                    let outcome = try await backend.delete([Deletion(key: entry.key)]).first
                    if let error = outcome?.error { context.report(error) }
                    if outcome?.error == nil { swept.kept += 1 } else { swept.failures += 1 }
                }
            }
        } catch {
            guard error.kind == .containerNotFound || error.kind == .notFound else { throw error }
        }
        return swept
    }
}
