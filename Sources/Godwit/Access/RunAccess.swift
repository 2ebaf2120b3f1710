// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
public import SyncEngine

/// What a run will do, as far as anybody must allow it.
public struct RunAccess: Sendable, Hashable {
    /// One side of it.
    public struct Side: Sendable, Hashable {
        /// Nil: no store that has permissions.
        public var place: AccessPlace?
        /// Who signs there, without secrets: what both sides share stands in one policy.
        public var signer = ""
        /// By which what is there is encrypted, if that was said.
        public var key: EncryptionKeyName?
        public var reads = Reading.current
        /// Whether the settings give what is written an access list.
        public var setsAccess = false

        public init(_ place: AccessPlace? = nil) { self.place = place }
    }

    /// Which versions of objects are read.
    public enum Reading: Sendable, Hashable {
        case current
        /// Those of an earlier time, which a list of all versions tells.
        case past
        /// The one that is named.
        case version
    }

    public var mode: SyncMode
    public var source: Side
    public var target: Side
    /// What travels with objects.
    public var carries: Attributes
    /// Whether every version is copied, with delete markers.
    public var copiesVersions = false
    /// Whether the store may copy by itself.
    public var isServerSide = false
    public var createsBucket = false
    /// Whether what is archived is asked for.
    public var restores = false
    /// Whether uploads are taken up that an earlier run left.
    public var resumes = true
    /// Whether the bucket is asked if it keeps versions.
    public var asksForVersioning = false
    /// Where what is replaced is kept.
    public var backups: AccessPlace?
    /// Where else objects are looked for, and whether they are copied from there.
    public var elsewhere: [AccessPlace] = []
    public var copiesFromElsewhere = false
    /// The lock object.
    public var lock: AccessPlace?

    public init(_ mode: SyncMode, from source: Side, to target: Side, carrying carries: Attributes) {
        self.mode = mode
        self.source = source
        self.target = target
        self.carries = carries
    }

    /// What has to be allowed at a side; none where there is nobody to allow anything.
    public func grants(_ side: Session.Side) -> [AccessGrant] {
        switch side {
        case .source: source.place.map { place in at(source, sourcePermissions, place) } ?? []
        case .target: target.place.map { place in at(target, targetPermissions, place) + elsewhereGrants } ?? []
        }
    }

    private func at(_ side: Side, _ permissions: Set<Permission>, _ place: AccessPlace) -> [AccessGrant] {
        let keys = permissions.filter { $0.scope == .encryptionKey }
        let grants = Self.grants(permissions.subtracting(keys), place)
        guard let key = side.key else { return grants }
        return (grants + keys.map { AccessGrant($0, .encryptionKey(key)) })
            .sorted { $0.permission.rank < $1.permission.rank }
    }

    /// `permissions` at `place`, in the order of policies. A directory bucket gives leave to begin a session in which everything
    /// else may be done.
    static func grants(_ permissions: Set<Permission>, _ place: AccessPlace) -> [AccessGrant] {
        guard place.isDirectory else {
            return permissions.sorted { $0.rank < $1.rank }.map { AccessGrant($0, .place(place)) }
        }
        guard !permissions.isEmpty else { return [] }
        var place = place
        place.isOnlyRead = permissions.isDisjoint(with: [.put, .delete, .abortUpload])
        let session = AccessGrant(.createSession, .place(place))
        return permissions.contains(.createBucket)
            ? [AccessGrant(.createDirectoryBucket, .place(place)), session] : [session]
    }
}
