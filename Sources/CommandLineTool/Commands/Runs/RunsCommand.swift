// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

struct RunsCommand: SubcommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "Show, resume and undo earlier runs.",
        discussion: """
            Every copy, sync and move is written down in $XDG_STATE_HOME/godwit/journal.sqlite. After an interruption the \
            same command again takes over what is proven; runs resume also goes on with the listings.
            """,
        subcommands: [
            RunsListCommand.self, RunsShowCommand.self, RunsResumeCommand.self, RunsUndoCommand.self,
            RunsReportCommand.self, RunsForgetCommand.self,
        ])
}
