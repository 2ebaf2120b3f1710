// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// A command that only has subcommands.
protocol SubcommandGroup: ParsableCommand {}
