// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How long the parts of a run took of late, so that one which takes far longer is noticed.
final class PartTimes: Sendable {
    /// Before so many came nothing is known.
    private static let countMin = 8
    private static let countMax = 32
    /// Nothing shorter is worth a second request.
    static let patienceMin = Duration.seconds(1)
    /// Late is what takes so many times the median.
    private static let lateness = 3.0

    /// Seconds a byte.
    private let recent = Mutex<[Double]>([])

    /// A part of `size` bytes took `duration`.
    func add(_ duration: Duration, for size: Int64) {
        let pace = (duration / .seconds(1)) / Double(max(size, 1))
        recent.withLock { recent in
            if recent.count == Self.countMax { recent.removeFirst() }
            recent.append(pace)
        }
    }

    /// How long to wait for a part of `size` bytes before it is late; nil: not known yet.
    func patience(for size: Int64) -> Duration? {
        let recent = recent.withLock { $0 }
        guard recent.count >= Self.countMin else { return nil }
        let median = recent.sorted()[recent.count / 2]
        return max(.seconds(median * Double(size) * Self.lateness), Self.patienceMin)
    }
}
