// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// One part of an object, read once, and once more beside it where that takes far longer than parts take here: the first
/// to come is used, the other given up.
///
/// One slow server or connection among many would otherwise hold up the end of the whole (Dean and Barroso, The Tail at
/// Scale). Only reads are hedged: stores exist that lose a part which is written twice at a time.
struct HedgedRead: Sendable {
    private enum Event: Sendable {
        case read(PartLease, Result<Entry, StorageError>)
        case isLate
        case stopped
    }

    let context: RunContext
    let source: any Backend
    let entry: Entry
    let range: Range<Int64>

    /// Reads into `lease`, or into another one; returns the one that has the bytes. The other is given back.
    func run(into lease: PartLease) async throws(StorageError) -> PartLease {
        let size = range.upperBound - range.lowerBound
        let begun = ContinuousClock.now
        let times = context.partTimes
        guard !context.sourceCapabilities.readsAreLocal, let patience = times.patience(for: size) else {
            _ = try await source.readPinned(entry, range: range, into: lease.buffer)
            times.add(ContinuousClock.now - begun, for: size)
            return lease
        }
        let result = await withTaskGroup(of: Event.self) { group in
            group.addTask { await read(into: lease) }
            group.addTask { (try? await Task.sleep(for: patience)) == nil ? .stopped : .isLate }
            var reading = 1
            var first: Result<PartLease, StorageError>?
            while let event = await group.next() {
                switch event {
                case .stopped: break
                case .isLate:
                    guard first == nil, let spare = PartLease.acquireNow(size, context) else { break }
                    reading += 1
                    group.addTask { await read(into: spare) }
                case .read(let read, .success):
                    reading -= 1
                    if case .success = first {
                        read.giveBack()
                    } else {
                        first = .success(read)
                        group.cancelAll()
                    }
                case .read(let read, .failure(let error)):
                    reading -= 1
                    if read !== lease { read.giveBack() }
                    guard first == nil, reading == 0 else { break }
                    first = .failure(error)
                    group.cancelAll()
                }
            }
            return first ?? .failure(StorageError(.cancelled, during: .read, key: entry.key, message: "cancelled"))
        }
        let winner = try result.get()
        if winner !== lease { lease.giveBack() }
        times.add(ContinuousClock.now - begun, for: size)
        return winner
    }

    private func read(into lease: PartLease) async -> Event {
        do throws(StorageError) {
            return .read(lease, .success(try await source.readPinned(entry, range: range, into: lease.buffer)))
        } catch {
            return .read(lease, .failure(error))
        }
    }
}
