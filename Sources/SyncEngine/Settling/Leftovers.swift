// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What runs that died left at the target: uploads that nobody goes on with, temporary files.
struct Leftovers: Sendable {
    /// How far the store's clock may be from this machine's, and how long the beginning of an upload may take.
    private static let clockSkew = Duration.seconds(60)
    private static let beginMax = Duration.seconds(900)

    let context: RunContext

    /// Before a run and at its end: an upload that was about to begin when its run died, or when the store's answer was
    /// lost, may exist without anybody knowing its name.
    func findUnnamed() async {
        guard let journal = context.journal else { return }
        let left = await journal.leftUploads()
        let known = Set(left.compactMap(\.token))
        for intent in left where intent.token == nil {
            do throws(StorageError) {
                for upload in try await context.target.backend.unfinishedUploads(under: intent.key)
                where upload.key == intent.key && !known.contains(upload.token) && Self.isOf(intent, upload) {
                    try await context.target.backend.abort(upload)
                }
                journal.ended(intent.number)
            } catch {
                // The next run looks again.
                continue
            }
        }
    }

    /// After a run that saw everything: what it did not go on with, nobody will.
    func giveUp() async {
        guard let journal = context.journal else { return }
        await findUnnamed()
        for upload in await journal.leftUploads() where !upload.isOwn {
            guard let token = upload.token else { continue }
            do throws(StorageError) {
                try await context.target.backend.abort(
                    UnfinishedUpload(key: upload.key, token: token, begun: upload.begun))
                journal.ended(upload.number)
            } catch {
                // A damaged record may hold what is no name of an upload at all.
                if error.kind == .notFound || error.kind == .invalidKey { journal.ended(upload.number) }
            }
        }
        await removeTemporaryFiles(of: await journal.deadRuns())
    }

    private func removeTemporaryFiles(of runs: Set<String>) async {
        guard !runs.isEmpty, context.targetCapabilities.hasDirectories else { return }
        do throws(StorageError) {
            for file in try await context.target.backend.unfinishedUploads(under: context.target.prefix) {
                guard let run = file.run, runs.contains(run) else { continue }
                try await context.target.backend.abort(file)
            }
        } catch {
            context.notice(nil, "temporary files of an earlier run may be left: \(error); `cleanup` removes them")
        }
    }

    /// Whether `upload` was begun when `intent` was.
    private static func isOf(_ intent: JournaledUpload, _ upload: UnfinishedUpload) -> Bool {
        guard let begun = upload.begun else { return false }
        return begun.distance(to: intent.begun) <= (begun < intent.begun ? clockSkew : beginMax)
    }
}
