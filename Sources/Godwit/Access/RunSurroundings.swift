// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// What a run uses beside its two sides, as far as access to it goes; places are locations.
public struct RunSurroundings: Sendable {
    /// What was asked for by name that files hardly ever carry: without that it counts where the source is a store.
    public var named: Attributes = []
    /// The key by which the source is encrypted.
    public var sourceKey: String?
    public var backups: String?
    public var keepsUndo = false
    public var undoDirectory: String?
    public var elsewhere: [String] = []
    public var copiesFromElsewhere = false
    public var lock: String?
    /// Whether uploads are taken up that an earlier run left.
    public var resumes = true
    public var createsBucket = false

    public init() {}
}
