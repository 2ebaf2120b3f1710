// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What an object carries beside its bytes, name and time.
public struct ObjectMetadata: Sendable, Hashable {
    public var contentType: String?
    public var cacheControl: String?
    public var contentDisposition: String?
    public var contentEncoding: String?
    public var contentLanguage: String?
    /// As the store sent it; not parsed.
    public var expires: String?
    public var websiteRedirect: String?
    /// User metadata, names in lower case without `x-amz-meta-`, sorted by name. The modification time that godwit and
    /// rclone keep under `mtime` is not here but in ``Entry/modified``.
    public var user: [UserField]
    /// Sorted by name. A stat or a read may show no more than ``tagCount`` of them.
    public var tags: [UserField] = []
    /// How many tags there are, where the store says so; nil: it does not say.
    public var tagCount: Int?
    public var lock: ObjectLock?
    /// Nil: not asked for.
    public var access: AccessList?
    /// How many fields there are beside these that no text can show.
    public var hiddenCount = 0

    /// A name and a value of user metadata, or of a tag.
    public struct UserField: Sendable, Hashable {
        public var name: String
        public var value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(contentType: String? = nil, user: [UserField] = []) {
        self.contentType = contentType
        self.user = user
    }
}
