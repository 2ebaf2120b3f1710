// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

struct InventoryCommand: SubcommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Read, prove and write inventories of buckets.",
        discussion: """
            An inventory (S3 Inventory, as CSV) lists the objects of a bucket without a request for each thousand of them; \
            --source-inventory of copy, sync, move and check uses one instead of listing.
            """,
        subcommands: [InventoryReadCommand.self, InventoryVerifyCommand.self, InventoryWriteCommand.self])
}
