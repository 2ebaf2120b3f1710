// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

struct RemoteCommand: SubcommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "remote",
        abstract: "Configure remotes.",
        discussion: """
            Remotes stand in --config FILE, else $GODWIT_CONFIG, else ~/.config/godwit/godwit.conf, in the form of \
            rclone.conf. Without a configuration of its own godwit reads rclone's, and never writes it.
            """,
        subcommands: [
            RemoteAddCommand.self, RemoteListCommand.self, RemoteShowCommand.self, RemoteTestCommand.self,
            RemoteRemoveCommand.self,
        ])
}
