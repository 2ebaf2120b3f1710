// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `plan SOURCE TARGET --out FILE`, without a further word, makes a plan.
struct PlanCommand: SubcommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Decide what a sync would do, to carry out exactly that later.",
        usage: "godwit plan [<options>] <source> <target> --out <file>\ngodwit plan show <file>",
        discussion: """
            Changes nothing. apply FILE carries the plan out; what has changed by then at the source or the target is left \
            alone. plan show FILE tells what is in it. The options are those of sync: godwit help plan make.
            """,
        subcommands: [PlanMakeCommand.self, PlanShowCommand.self], defaultSubcommand: PlanMakeCommand.self)
}
