// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

/// What becomes of what a run overwrites or deletes.
struct BackupFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Put what is overwritten or deleted there, under its name; a place in the target's store.",
            valueName: "loc"))
    var backupDir: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Put TEXT behind the names of backups, beside the objects where there is no --backup-dir.",
            valueName: "text"))
    var suffix: String?
    @Flag(help: "Put the suffix before the extension of a name.")
    var suffixKeepExtension = false

    /// Whether backups are made.
    var areGiven: Bool { backupDir != nil || suffix != nil }

    func validate() throws {
        if let suffix, suffix.isEmpty {
            throw ValidationError("--suffix is empty: a backup would be the object itself.")
        }
        if let suffix, suffix.utf8.contains(UInt8(ascii: "/")) {
            throw ValidationError("--suffix is put behind a name and cannot hold a /.")
        }
        if suffixKeepExtension, suffix == nil {
            throw ValidationError("--suffix-keep-extension has a meaning with --suffix only.")
        }
    }

    /// Where backups of what is at `target` go; nil: nowhere.
    func options(
        _ session: Session, for target: SyncLocation, object: ObjectKey?
    ) async throws(StorageError) -> BackupOptions? {
        guard areGiven else { return nil }
        return try await session.backup(
            in: backupDir, suffix: suffix ?? "", keepsExtension: suffixKeepExtension, for: target, object: object)
    }
}
