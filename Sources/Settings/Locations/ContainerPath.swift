// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Where the container ends and the key begins in the path of a remote that has containers.
///
/// A container is what stands before the first slash, unless its place is taken by an Amazon Resource Name, which has slashes or
/// colons of its own (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html):
/// `arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME`,
/// `arn:aws:s3-outposts:REGION:ACCOUNT:outpost/ID/accesspoint/NAME`.
enum ContainerPath {
    /// The container, names of resources in the one form with slashes, and the key with every slash of its own.
    static func split(_ path: String, mayBeResource: Bool) -> (container: String, key: ObjectKey) {
        let bytes = Array(path.utf8)
        let head = mayBeResource ? resource(bytes) : nil
        let end = head?.end ?? bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        let container = head?.name ?? Array(bytes[..<end])
        return (String(decoding: container, as: UTF8.self), ObjectKey(SharedBytes(Array(bytes.dropFirst(end + 1)))))
    }

    /// The name of a resource at the beginning of `path`, and where it ends; nil when none begins there.
    private static func resource(_ path: [UInt8]) -> (name: [UInt8], end: Int)? {
        guard path.starts(with: "arn:".utf8) else { return nil }
        let fields = path.split(separator: colon, maxSplits: 5, omittingEmptySubsequences: false)
        guard fields.count == 6, !fields.dropLast().contains(where: { $0.contains(slash) }) else { return nil }
        var name = fields.dropLast().flatMap { $0 + [colon] }
        // The kind of resource and its name; on an outpost both stand behind the outpost's own.
        var ends = fields[2].elementsEqual("s3-outposts".utf8) ? 3 : 1
        var index = fields[5].startIndex
        while index < path.endIndex {
            let byte = path[index]
            if ends == 0, byte == slash { break }
            let isEnd = ends > 0 && (byte == slash || byte == colon)
            name.append(isEnd ? slash : byte)
            if isEnd { ends -= 1 }
            index += 1
        }
        return (name, index)
    }

    private static let colon = UInt8(ascii: ":")
    private static let slash = UInt8(ascii: "/")
}
