// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What was proven about one pair: these two states of the source and the target are the same. That stays true for
/// ever; what a later run has to see is only whether both sides still are in these states.
struct StateRecord: Sendable, Hashable {
    /// Longer keys have no record.
    static let keyMax = 16 << 10
    static let proofMax = 4 << 10

    /// Relative to the run's locations, in a buffer of its own.
    var key: ObjectKey
    /// The two states (``PairProof``). Empty: the key is gone, an older record of it is to be forgotten.
    var proof: [UInt8]
}
