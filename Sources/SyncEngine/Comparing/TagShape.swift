// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What a version tag looks like, told without allocating: listings are compared by the million.
enum TagShape: Sendable, Hashable {
    /// 32 hexadecimal digits.
    case digest
    /// 32 hexadecimal digits and `-N`.
    case composite
    case opaque

    init(_ tag: VersionTag) {
        self = tag.bytes.withUnsafeBytes { bytes in
            guard bytes.count >= 32, bytes.prefix(32).allSatisfy(Self.isHexadecimal) else { return .opaque }
            if bytes.count == 32 { return .digest }
            guard bytes[32] == UInt8(ascii: "-"), bytes.count > 33, bytes.count <= 38,
                bytes.dropFirst(33).allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
            else { return .opaque }
            return .composite
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 97...102, 65...70: true
        default: false
        }
    }
}
