// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

/// A command of which is asked what it has to be allowed: its locations and its flags, as they would be given to it.
struct AccessQuestion: Sendable {
    var locations: TwoLocations
    var about: AccessFlags
    var deleting: DeletionFlags
    var flags: RunFlags

    func validate() throws {
        if about.purpose != .sync, deleting.options != DeletionOptions() || deleting.deleteAfter {
            throw ValidationError("The flags about deletion have a meaning with --for sync only.")
        }
        if flags.inventory.sourceInventory != nil {
            throw ValidationError(
                "What an inventory takes is not known here: ask without --source-inventory, and allow s3:GetObject on it."
            )
        }
    }

    /// A session in which no bucket is made, and what the command has to be allowed. A dry run changes nothing: it compares.
    func ask(_ context: ToolContext, attemptsMax: Int? = nil) throws -> (session: Session, access: RunAccess) {
        let mode: SyncMode = flags.transfer.dryRun ? .check : about.purpose.mode
        let run = try flags.run(mode, locations, context, deleting: deleting.options)
        var options = run.session
        options.createsContainers = false
        if let attemptsMax, flags.connecting.lowLevelRetries == nil { options.attemptsMax = attemptsMax }
        let session = try Session(options)
        do {
            return (
                session,
                try session.access(of: run.sync, from: locations.source, to: locations.target, surroundings)
            )
        } catch {
            session.shutdown()
            throw error
        }
    }

    private var surroundings: RunSurroundings {
        var found = RunSurroundings()
        found.named = flags.preserving.preserve?.attributes ?? []
        found.sourceKey = about.sourceKey
        found.backups = flags.backup.backupDir
        found.keepsUndo = flags.journal.keepUndo
        found.undoDirectory = flags.journal.undoDir
        found.elsewhere = flags.elsewhere.compareDest + flags.elsewhere.copyDest
        found.copiesFromElsewhere = !flags.elsewhere.copyDest.isEmpty
        found.lock = flags.journal.lock
        found.resumes = !flags.journal.noJournal && !flags.journal.restart
        found.createsBucket = flags.creating.createBucket
        return found
    }
}
