// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What one program took for one piece of work.
struct PeerResult: Sendable {
    var program: String
    /// What was moved, and where to: `1000 x 4 KiB up`.
    var work: String
    var objects: Int
    var bytes: Int64
    var cost: ChildProcess.Cost
}
