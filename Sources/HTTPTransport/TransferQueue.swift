// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Exchanges that wait for a connection, first come first served.
struct TransferQueue {
    private var transfers: [Transfer] = []
    private var first = 0

    var isEmpty: Bool { first == transfers.count }

    /// The one that has waited longest.
    var longest: Transfer? { isEmpty ? nil : transfers[first] }

    mutating func append(_ transfer: Transfer) { transfers.append(transfer) }

    /// Takes the one that has waited longest.
    mutating func next() -> Transfer? {
        guard first < transfers.count else { return nil }
        let transfer = transfers[first]
        first += 1
        if first * 2 > transfers.count {
            transfers.removeFirst(first)
            first = 0
        }
        return transfer
    }

    /// False: it does not wait.
    mutating func remove(_ transfer: Transfer) -> Bool {
        guard let index = transfers[first...].firstIndex(where: { $0 === transfer }) else { return false }
        transfers.remove(at: index)
        return true
    }
}
