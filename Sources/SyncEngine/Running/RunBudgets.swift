// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The memory that everything in one run shares.
struct RunBudgets: Sendable {
    /// Memory for objects of the small lane, and for all others: the large do not crowd out the small.
    let smallMemory: ByteBudget
    let largeMemory: ByteBudget
    let pool: BufferPool

    init(_ options: TransferOptions) {
        let memory = max(options.memoryMax, 2)
        let small = min(max(memory / 4, 1), 8 << 20)
        smallMemory = ByteBudget(total: small)
        // What connections, the journal and listings hold beside buffers.
        let other = min(memory / 8, 12 << 20)
        largeMemory = ByteBudget(total: memory - small - other)
        pool = BufferPool(idleMax: memory - small - other)
    }
}
