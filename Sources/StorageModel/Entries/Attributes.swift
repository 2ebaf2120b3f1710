// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Kinds of what an object has beside its key and its bytes.
public struct Attributes: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// System headers and user metadata.
    public static let metadata = Attributes(rawValue: 1)
    public static let tags = Attributes(rawValue: 2)
    /// The access control list.
    public static let access = Attributes(rawValue: 4)
    /// Retention and legal hold (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html).
    public static let lock = Attributes(rawValue: 8)
    public static let storageClass = Attributes(rawValue: 16)
    /// The modification time that the owner of the data sees.
    public static let times = Attributes(rawValue: 32)
    /// Where a website sends who asks for the object.
    public static let redirect = Attributes(rawValue: 64)

    /// Each kind with its name, in the order of the list.
    public static let names: [(name: String, kind: Attributes)] = [
        ("metadata", .metadata), ("tags", .tags), ("acl", .access), ("lock", .lock), ("storage-class", .storageClass),
        ("times", .times), ("redirect", .redirect),
    ]

    /// The names of the kinds that are in it.
    public var names: [String] { Self.names.filter { contains($0.kind) }.map(\.name) }
}
