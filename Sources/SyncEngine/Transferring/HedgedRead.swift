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
        guard !context.sourceCapabilities.readsAreLocal else {
            _ = try await source.readPinned(entry, range: range, into: lease.buffer)
            return lease
        }
        let result = await withTaskGroup(of: Event.self) { group in
            group.addTask { await read(into: lease) }
            group.addTask { await lateness(size, since: begun) }
            var reading = 1
            var first: Result<PartLease, StorageError>?
            while let event = await group.next() {
                switch event {
                case .stopped: break
                case .isLate:
                    guard first == nil else { break }
                    if let spare = PartLease.acquireNow(size, context) {
                        reading += 1
                        group.addTask { await read(into: spare) }
                    } else {
                        group.addTask { await lateness(size, since: begun) }
                    }
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
        context.partTimes.add(ContinuousClock.now - begun, for: size)
        return winner
    }

    /// Returns once a part that is still missing is late; what late means may become known only while it is waited for.
    private func lateness(_ size: Int64, since begun: ContinuousClock.Instant) async -> Event {
        while true {
            let waited = ContinuousClock.now - begun
            let left = context.partTimes.patience(for: size).map { $0 - waited } ?? PartTimes.patienceMin
            // Late already, and nothing was free to ask once more with: it is looked at again in a while.
            let pause = max(left, .milliseconds(100))
            if (try? await Task.sleep(for: pause)) == nil { return .stopped }
            if let patience = context.partTimes.patience(for: size), ContinuousClock.now - begun >= patience {
                return .isLate
            }
        }
    }

    private func read(into lease: PartLease) async -> Event {
        do throws(StorageError) {
            return .read(lease, .success(try await source.readPinned(entry, range: range, into: lease.buffer)))
        } catch {
            return .read(lease, .failure(error))
        }
    }
}
