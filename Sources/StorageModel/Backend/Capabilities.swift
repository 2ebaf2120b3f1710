// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What a store can do, as data with limits. The engine decides by these and knows no store by name.
public struct Capabilities: Sendable, Hashable {
    /// The orders that `list` can give, the cheapest first. Never empty.
    public var listingOrders: [ListingOrder]
    /// Whether a listing from behind a key costs no more than one from the beginning, so that a range can be listed by
    /// several requests side by side.
    public var listsFromAnyKey: Bool
    /// Whether listings show the modification time that the owner of the data sees.
    public var listsModified: Bool
    /// The finest step of a stored modification time; nil where none can be kept.
    public var timePrecision: Duration?
    /// Whether content is at hand without a request a byte: digests may be computed by reading it (Local, Memory).
    public var readsAreLocal: Bool
    /// Limits of multipart uploads; nil: single writes only.
    public var multipart: MultipartLimits?
    /// The most bytes of a single write.
    public var singleWriteMax: Int64
    /// The most bytes of a single server-side copy; nil: none. Larger objects are copied by parts.
    public var serverSideCopyMax: Int64?
    /// Whether an upload's parts can be copied server-side.
    public var copiesParts: Bool
    /// Whether a part's source may have `%` or `+` in its key; the store would take it for another key otherwise.
    public var copiesPartsOfEscapedKeys: Bool
    /// The most keys of one delete call.
    public var deleteBatchMax: Int
    /// The most bytes of a key; nil: no limit known.
    public var keyBytesMax: Int?
    /// Whether a key ending in `/` can be an object of its own.
    public var storesDirectoryMarkers: Bool
    /// Whether empty directories exist without an object in them.
    public var hasDirectories: Bool
    /// What is kept with an object beside its bytes. A container may keep less (``Backend/keptAttributes(of:)``).
    public var attributes: Attributes
    /// Whether a stat tells how many tags there are.
    public var countsTags: Bool
    /// Whether the container is seen as it was at an earlier time, or an object in one of its versions: nothing can be changed.
    public var isReadOnly: Bool
    /// Whether versions can be listed, those of a moment or all (``ListRequest/versions``).
    public var listsVersions: Bool
    /// Whether a read does not tell whoever may not see tags that there are any.
    public var hidesTags: Bool
    /// The storage classes that may be asked for; empty: there is but one.
    public var storageClasses: Set<String>
    /// The classes whose objects may have to be restored before they can be read.
    public var archiveClasses: Set<String>
    /// The most bytes of user metadata, names and values together; nil: no limit known.
    public var userMetadataMax: Int?
    /// Whether a written object's tag is the MD5 of its bytes (or the composite of its parts).
    public var tagsAreMD5: Bool
    public var conditions: Conditions

    /// The conditions that the store honours, by operation; what it ignores is not here.
    public struct Conditions: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let writeIfAbsent = Conditions(rawValue: 1)
        public static let writeIfMatch = Conditions(rawValue: 2)
        public static let completeIfAbsent = Conditions(rawValue: 4)
        public static let copySourceIfMatch = Conditions(rawValue: 8)
        public static let deleteIfMatch = Conditions(rawValue: 16)
        public static let readIfMatch = Conditions(rawValue: 32)

        /// Each condition with its name, in the order of the list.
        public static let names: [(name: String, kind: Conditions)] = [
            ("read-if-match", .readIfMatch), ("write-if-absent", .writeIfAbsent), ("write-if-match", .writeIfMatch),
            ("complete-if-absent", .completeIfAbsent), ("copy-source-if-match", .copySourceIfMatch),
            ("delete-if-match", .deleteIfMatch),
        ]
    }

    /// Limits of a multipart upload
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
    public struct MultipartLimits: Sendable, Hashable {
        /// The least bytes of a part but the last.
        public var partMin: Int64
        public var partMax: Int64
        public var partCountMax: Int
        public init(partMin: Int64, partMax: Int64, partCountMax: Int) {
            self.partMin = partMin
            self.partMax = partMax
            self.partCountMax = partCountMax
        }
    }

    public init(
        listingOrders: [ListingOrder], listsFromAnyKey: Bool = false, listsModified: Bool = false,
        timePrecision: Duration? = nil,
        readsAreLocal: Bool = false, multipart: MultipartLimits? = nil, singleWriteMax: Int64 = .max,
        serverSideCopyMax: Int64? = nil, copiesParts: Bool = false, copiesPartsOfEscapedKeys: Bool = true,
        deleteBatchMax: Int = 1, keyBytesMax: Int? = nil, storesDirectoryMarkers: Bool = false,
        hasDirectories: Bool = false,
        attributes: Attributes = [], countsTags: Bool = false, isReadOnly: Bool = false, listsVersions: Bool = false,
        hidesTags: Bool = false,
        storageClasses: Set<String> = [], archiveClasses: Set<String> = [], userMetadataMax: Int? = nil,
        tagsAreMD5: Bool = false, conditions: Conditions = []
    ) {
        precondition(!listingOrders.isEmpty)
        self.listingOrders = listingOrders
        self.listsFromAnyKey = listsFromAnyKey
        self.listsModified = listsModified
        self.timePrecision = timePrecision
        self.readsAreLocal = readsAreLocal
        self.multipart = multipart
        self.singleWriteMax = singleWriteMax
        self.serverSideCopyMax = serverSideCopyMax
        self.copiesParts = copiesParts
        self.copiesPartsOfEscapedKeys = copiesPartsOfEscapedKeys
        self.deleteBatchMax = deleteBatchMax
        self.keyBytesMax = keyBytesMax
        self.storesDirectoryMarkers = storesDirectoryMarkers
        self.hasDirectories = hasDirectories
        self.attributes = attributes
        self.countsTags = countsTags
        self.isReadOnly = isReadOnly
        self.listsVersions = listsVersions
        self.hidesTags = hidesTags
        self.storageClasses = storageClasses
        self.archiveClasses = archiveClasses
        self.userMetadataMax = userMetadataMax
        self.tagsAreMD5 = tagsAreMD5
        self.conditions = conditions
    }

    /// Whether an upload's parts can be copied server-side from the object `key`.
    public func copiesParts(of key: ObjectKey) -> Bool {
        guard copiesParts, !copiesPartsOfEscapedKeys else { return copiesParts }
        return key.bytes.firstIndex(of: UInt8(ascii: "%")) == nil && key.bytes.firstIndex(of: UInt8(ascii: "+")) == nil
    }
}
