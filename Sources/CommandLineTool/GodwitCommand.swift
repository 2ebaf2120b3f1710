// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The program's root: it only has subcommands.
struct GodwitCommand: SubcommandGroup {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "godwit",
        abstract: "Copy, sync and check object storage and local files.",
        discussion: """
            Locations: a path; NAME:bucket/prefix for a configured remote; s3://bucket/prefix for S3 by the AWS \
            credential chain; :s3,endpoint=URL,...:bucket/prefix for a remote described on the spot.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Copy",
                subcommands: [
                    CopyCommand.self, SyncCommand.self, MoveCommand.self, CopytoCommand.self, MovetoCommand.self,
                    CpCommand.self, MvCommand.self, CheckCommand.self, RunCommand.self,
                ]),
            CommandGroup(name: "Plan", subcommands: [PlanCommand.self, ApplyCommand.self]),
            CommandGroup(
                name: "List and read",
                subcommands: [
                    LsCommand.self, LsdCommand.self, LsfCommand.self, LsjsonCommand.self, TreeCommand.self,
                    SizeCommand.self, StatCommand.self, CatCommand.self, HashCommand.self, LinkCommand.self,
                    VersionsCommand.self,
                ]),
            CommandGroup(
                name: "Change",
                subcommands: [
                    PutCommand.self, DeleteCommand.self, PurgeCommand.self, MkdirCommand.self, RmdirCommand.self,
                    CleanupCommand.self,
                ]),
            CommandGroup(name: "Replicate", subcommands: [InventoryCommand.self]),
            CommandGroup(name: "Go back", subcommands: [RunsCommand.self, RestoreCommand.self]),
            CommandGroup(
                name: "Set up",
                subcommands: [
                    RemoteCommand.self, DoctorCommand.self, PolicyCommand.self, BenchCommand.self, VersionCommand.self,
                    CompletionCommand.self,
                ]),
        ])
}
