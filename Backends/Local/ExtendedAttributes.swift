// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// What an object carries, as extended attributes of its file (xattr(7)): system headers and user metadata by their names
/// behind `user.`, as rclone writes them, everything else behind `user.godwit.`.
enum ExtendedAttributes {
    private static let prefix = "user."
    private static let own = "user.godwit."
    /// The limit of the kernel for all names together, and for one value.
    private static let roomMax = 1 << 16

    /// What the file has; nil when it has nothing.
    static func read(_ file: Int32) -> ObjectMetadata? {
        let names = names(file)
        guard !names.isEmpty else { return nil }
        var metadata = ObjectMetadata()
        for name in names {
            guard let bytes = value(name, of: file), let text = String(validating: bytes, as: UTF8.self) else {
                metadata.hiddenCount += 1
                continue
            }
            set(name, text, in: &metadata)
        }
        metadata.user.sortByName()
        metadata.tags.sortByName()
        return metadata
    }

    /// Gives the file what `metadata` has. `replaces`: what it has so far goes.
    static func write(_ metadata: ObjectMetadata, to file: Int32, replaces: Bool) throws(SystemError) {
        if replaces {
            for name in names(file) { _ = try kernelCall { godwit_removexattr(file, name) } }
        }
        guard metadata != ObjectMetadata() else { return }
        for (name, value) in pairs(metadata) {
            var value = value
            _ = try kernelCall { value.withUTF8 { godwit_setxattr(file, name, $0.baseAddress, $0.count) } }
        }
    }

    /// Whether the file system of what is at `path` has such attributes.
    static func areKept(at path: String) -> Bool {
        let answer = godwit_getxattr_at(path, own + "none", nil, 0)
        return answer >= 0 || answer == -Int(ENODATA)
    }

    // MARK: names

    private static func pairs(_ metadata: ObjectMetadata) -> [(String, String)] {
        var pairs = metadata.headers.map { (prefix + $0.name, $0.value) }
        for field in metadata.user {
            let isTaken = ObjectMetadata.isHeader(field.name) || field.name.hasPrefix("godwit.")
            pairs.append(((isTaken ? own + "meta." : prefix) + field.name, field.value))
        }
        pairs += metadata.tags.map { (own + "tag." + $0.name, $0.value) }
        if let redirect = metadata.websiteRedirect { pairs.append((own + "redirect", redirect)) }
        if let access = metadata.access, !access.grants.isEmpty { pairs.append((own + "acl", AccessText.text(access))) }
        if let lock = metadata.lock {
            if let mode = lock.mode, let end = lock.retainUntil {
                pairs.append((own + "retention", "\(mode.rawValue) \(end.rfc3339(fractionDigits: 9))"))
            }
            if lock.hasLegalHold { pairs.append((own + "legal-hold", "ON")) }
        }
        return pairs
    }

    private static func set(_ name: String, _ value: String, in metadata: inout ObjectMetadata) {
        guard let name = rest(of: name, behind: own) else {
            let name = (rest(of: name, behind: prefix) ?? "").lowercased()
            if ObjectMetadata.isHeader(name) { return metadata.set(name, value) }
            // As it is: names that only look the same are two.
            return metadata.user.append(.init(name: name, value: value))
        }
        if let user = rest(of: name, behind: "meta.") {
            metadata.user.append(.init(name: user, value: value))
        } else if let tag = rest(of: name, behind: "tag.") {
            metadata.tags.append(.init(name: tag, value: value))
        } else if name == "redirect" {
            metadata.websiteRedirect = value
        } else if name == "acl" {
            metadata.access = AccessText.list(value)
        } else if name == "retention" {
            let words = value.split(separator: " ")
            guard words.count == 2, let mode = ObjectLock.Mode(rawValue: String(words[0])),
                let end = Timestamp(rfc3339: words[1].utf8)
            else { return }
            metadata.lock = ObjectLock(mode: mode, retainUntil: end, hasLegalHold: metadata.lock?.hasLegalHold ?? false)
        } else if name == "legal-hold" {
            metadata.lock = metadata.lock ?? ObjectLock()
            metadata.lock?.hasLegalHold = value == "ON"
        }
    }

    /// By bytes: a combining character behind the dot would make another character of it.
    private static func rest(of name: String, behind prefix: String) -> String? {
        name.utf8.starts(with: prefix.utf8) ? String(name.utf8.dropFirst(prefix.utf8.count)) : nil
    }

    // MARK: the system

    /// The names that are the user's.
    private static func names(_ file: Int32) -> [String] {
        // Most files have none: no memory is taken to find that out.
        names(file, room: 1024) ?? names(file, room: roomMax) ?? []
    }

    /// Nil: there is not room enough for them.
    private static func names(_ file: Int32, room: Int) -> [String]? {
        withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { room in
            let count = godwit_listxattr(file, room.baseAddress?.assumingMemoryBound(to: CChar.self), room.count)
            if count == -Int(ERANGE) { return nil }
            guard count > 0 else { return [] }
            return UnsafeRawBufferPointer(rebasing: room[..<count]).split(separator: 0)
                .map { String(decoding: $0, as: UTF8.self) }.filter { rest(of: $0, behind: prefix) != nil }
        }
    }

    private static func value(_ name: String, of file: Int32) -> [UInt8]? {
        let count = godwit_getxattr(file, name, nil, 0)
        guard count >= 0, count <= roomMax else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = bytes.withUnsafeMutableBytes { godwit_getxattr(file, name, $0.baseAddress, $0.count) }
        guard got >= 0, got <= count else { return nil }
        return Array(bytes[..<got])
    }
}
