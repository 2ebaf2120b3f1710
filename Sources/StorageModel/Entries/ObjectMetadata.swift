// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What an object carries beside its bytes, name and time: system headers and user metadata.
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
