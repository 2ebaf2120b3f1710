// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Names as rclone's listings print them: one line each whatever they hold.
///
/// rclone shows control characters as their pictures (U+2400 ...), and puts U+201B before a picture that was there
/// before. Bytes that are not UTF-8 go out as they are.
enum NameText {
    static func line(_ key: ObjectKey) -> [UInt8] {
        key.bytes.withUnsafeBytes { bytes in
            guard bytes.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == 0xe2 }) else { return Array(bytes) }
            var result: [UInt8] = []
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte < 0x20 {
                    result += [0xe2, 0x90, 0x80 + byte]
                } else if byte == 0x7f {
                    result += [0xe2, 0x90, 0xa1]
                } else if isPicture(bytes, at: index) {
                    result += [0xe2, 0x80, 0x9b, 0xe2, 0x90, bytes[index + 2]]
                    index += 2
                } else {
                    result.append(byte)
                }
                index += 1
            }
            return result
        }
    }

    private static func isPicture(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Bool {
        guard bytes[index] == 0xe2, index + 2 < bytes.count, bytes[index + 1] == 0x90 else { return false }
        return bytes[index + 2] <= 0x9f && bytes[index + 2] >= 0x80 || bytes[index + 2] == 0xa1
    }
}
