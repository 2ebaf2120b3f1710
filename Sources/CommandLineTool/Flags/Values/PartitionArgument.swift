// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Selection

/// A part of all keys: `K/N`, `@/N`.
struct PartitionArgument: ExpressibleByArgument, Sendable {
    let partition: Partition

    init?(argument: String) {
        guard let partition = Partition(argument) else { return nil }
        self.partition = partition
    }
}
