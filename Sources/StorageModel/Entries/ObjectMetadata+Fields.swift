// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// System headers and user metadata as one list of names, as rclone has them: a system header goes by its name in lower
/// case.
extension ObjectMetadata {
    private struct Header: Sendable {
        let name: String
        /// Where it is written.
        let path: any WritableKeyPath<ObjectMetadata, String?> & Sendable
        /// What it is. Every file that is written asks: the path would take ten times as long.
        let value: @Sendable (ObjectMetadata) -> String?
    }

    private static let headers = [
        Header(name: "cache-control", path: \.cacheControl) { $0.cacheControl },
        Header(name: "content-disposition", path: \.contentDisposition) { $0.contentDisposition },
        Header(name: "content-encoding", path: \.contentEncoding) { $0.contentEncoding },
        Header(name: "content-language", path: \.contentLanguage) { $0.contentLanguage },
        Header(name: "content-type", path: \.contentType) { $0.contentType },
        Header(name: "expires", path: \.expires) { $0.expires },
    ]

    /// Whether `name` is that of a system header.
    public static func isHeader(_ name: String) -> Bool { headers.contains { $0.name == name } }

    /// The system headers that there are.
    public var headers: [UserField] {
        Self.headers.compactMap { header in header.value(self).map { UserField(name: header.name, value: $0) } }
    }

    /// Whether there is more than a type, which every object has: user metadata, another system header.
    public var saysMoreThanType: Bool {
        !user.isEmpty || cacheControl != nil || contentDisposition != nil || contentEncoding != nil
            || contentLanguage != nil || expires != nil
    }

    /// System headers and user metadata, as a whole to be left or replaced; everything else stays.
    public mutating func setContent(_ other: ObjectMetadata) {
        for header in Self.headers { self[keyPath: header.path] = other[keyPath: header.path] }
        user = other.user
    }

    /// Gives the system header, or the user metadata, of that name a value; nil takes it away.
    public mutating func set(_ name: String, _ value: String?) {
        let name = name.lowercased()
        if let header = Self.headers.first(where: { $0.name == name }) { return self[keyPath: header.path] = value }
        user.removeAll { $0.name == name }
        guard let value else { return }
        user.append(UserField(name: name, value: value))
        user.sortByName()
    }

    /// Bytes of user metadata, names and values together, as S3 counts them.
    public var userBytes: Int { user.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count } }
}

extension ObjectMetadata.UserField {
    /// Whether HTTP can carry it: the name is a token (RFC 9110, section 5.6.2) and the value has no control characters.
    public var isSendable: Bool {
        Self.isToken(name) && !value.utf8.contains { $0 < 32 && $0 != 9 || $0 == 127 }
    }

    public static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 94...122, UInt8(ascii: "!"), 35...39, UInt8(ascii: "*"), UInt8(ascii: "+"),
                    UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "|"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }
}

extension [ObjectMetadata.UserField] {
    /// In the order of the names' bytes.
    public mutating func sortByName() {
        guard count > 1 else { return }
        sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Whether both are the same bytes: texts that are written differently and look the same are not.
    public func isSame(as other: [ObjectMetadata.UserField]) -> Bool {
        elementsEqual(other) { $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.utf8.elementsEqual($1.value.utf8) }
    }
}
