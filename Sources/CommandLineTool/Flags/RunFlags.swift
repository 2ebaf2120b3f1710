// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import SyncEngine

/// The flags of every command that copies.
struct RunFlags: ParsableArguments, Sendable {
    @OptionGroup(title: "Run") var transfer: TransferFlags
    @OptionGroup(title: "Run") var schedule: ScheduleFlags
    @OptionGroup(title: "Limit") var limits: LimitFlags
    @OptionGroup(title: "Resume and undo") var journal: JournalFlags
    @OptionGroup(title: "Back up") var backup: BackupFlags
    @OptionGroup(title: "Compare") var comparing: ComparisonFlags
    @OptionGroup(title: "Compare") var elsewhere: ElsewhereFlags
    @OptionGroup(title: "Select") var selecting: SelectionFlags
    @OptionGroup(title: "Select") var links: LinkFlags
    @OptionGroup(title: "Select") var inventory: InventoryFlags
    @OptionGroup(title: "Preserve") var preserving: PreservationFlags
    @OptionGroup(title: "Preserve") var history: HistoryFlags
    @OptionGroup(title: "S3") var upload: UploadFlags
    @OptionGroup(title: "S3") var cutoffs: PartCutoffFlags
    @OptionGroup(title: "S3") var creating: CreationFlags
    @OptionGroup(title: "S3") var source: SourceFlags
    @OptionGroup(title: "S3") var archives: ArchiveFlags
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Progress") var progress: ProgressFlags

    func validate() throws {
        if backup.areGiven, journal.keepUndo {
            throw ValidationError("--keep-undo keeps what is replaced already: drop --backup-dir and --suffix.")
        }
        if history.allVersions,
            backup.areGiven || journal.keepUndo || !(elsewhere.compareDest + elsewhere.copyDest).isEmpty
        {
            throw ValidationError(
                "--all-versions keeps all there is and looks nowhere else: drop --keep-undo, --backup-dir, --suffix, --compare-dest, --copy-dest."
            )
        }
        if history.allVersions, source.version.versionAt != nil {
            throw ValidationError("--all-versions and --version-at contradict each other.")
        }
        // They leave what is there by its size or its age, be it half a file that was written in place.
        if journal.inplace, comparing.leavesByAge {
            throw ValidationError(
                "--inplace needs a comparison that finds a half-written file: drop --update, --ignore-existing, "
                    + "--size-only.")
        }
    }

    /// The run that the flags describe.
    func run(
        _ mode: SyncMode, _ locations: TwoLocations, _ context: ToolContext, deleting: DeletionOptions = .init(),
        naming: RunPlan.Naming = .directory
    ) throws -> Run {
        var options = SyncOptions(mode: mode)
        options.comparing = comparing.options
        options.deleting = deleting
        try selecting.apply(to: &options, environment: context.environment)
        options.links = links.policy
        transfer.apply(to: &options)
        schedule.apply(to: &options)
        options.cutoff = limits.options
        preserving.apply(to: &options)
        upload.apply(to: &options)
        cutoffs.apply(to: &options)
        try history.apply(to: &options)
        try archives.apply(to: &options)
        try inventory.confirm(options, source.version)
        // An object's parts side by side would each have its rate.
        if connecting.traffic.bwlimitFile != nil { options.transferring.partsInFlight = 1 }
        var session = try connecting.sessionOptions(context)
        source.apply(to: &session)
        schedule.apply(to: &session)
        preserving.apply(to: &session)
        upload.apply(to: &session)
        session.createsContainers = creating.createBucket && !transfer.dryRun
        session.escapesKeys = transfer.escapeKeys
        session.links = links.policy
        session.writesInPlace = journal.inplace
        return Run(
            source: locations.source, target: locations.target, naming: naming, sync: options, session: session,
            failsIdle: transfer.errorOnNoTransfer, ignoresArchived: archives.ignoreArchived, progress: progress,
            showsProgress: !transfer.interactive,
            backup: backup, elsewhere: elsewhere,
            recording: journal.recording(environment: context.environment, changes: !transfer.dryRun),
            lock: transfer.dryRun ? nil : journal.lock, inventory: inventory.sourceInventory)
    }
}
