// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

/// The store's word for each part, from several tasks.
final class PartReceipts: Sendable {
    private let receipts = Mutex<[PartReceipt]>([])

    func add(_ receipt: PartReceipt) { receipts.withLock { $0.append(receipt) } }

    var sorted: [PartReceipt] { receipts.withLock { $0.sorted { $0.number < $1.number } } }
}
