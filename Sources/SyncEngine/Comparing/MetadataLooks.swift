// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Which pairs of the same content are looked at for what else they carry, which no listing shows.
///
/// Asked for, all are. Otherwise those whose source was written after its copy: someone may have changed what it carries.
/// That may be true of every pair, as when a mirror is copied back; so as long as nothing is found only a few are looked at.
final class MetadataLooks: Sendable {
    /// Looks without a find, and how many more each find is worth.
    private static let free = 32, worth = 20

    private struct Counts {
        var looks = 0, finds = 0
    }

    /// Whether both sides keep metadata that only a request shows.
    let arePossible: Bool
    private let all: Bool
    private let some: Bool
    private let counts = Mutex(Counts())

    init(_ options: SyncOptions, source: Capabilities, target: Capabilities) {
        func keeps(_ side: Capabilities) -> Bool { side.attributes.contains(.metadata) && !side.readsAreLocal }
        let wanted = options.transferring.preserved.intersection([.metadata, .tags, .access, .lock])
        arePossible = keeps(source) && keeps(target) && !wanted.isEmpty
        all = arePossible && options.comparing.comparesMetadata
        some = arePossible && options.mode != .check && !options.immutable && options.comparing.method == .auto
    }

    /// Whether the pair, of which the verdict is `verdict`, is looked at. `isProven`: by an earlier run.
    func include(_ source: Entry, _ target: Entry, after verdict: Verdict, isProven: Bool = false) -> Bool {
        guard case .same = verdict else { return false }
        if all { return true }
        guard some, !isProven, let ours = source.written, let theirs = target.written, ours > theirs else {
            return false
        }
        return counts.withLock { counts in
            guard counts.looks < Self.free + counts.finds * Self.worth else { return false }
            counts.looks += 1
            return true
        }
    }

    /// A pair that was looked at carries different things.
    func found() { counts.withLock { $0.finds += 1 } }
}
