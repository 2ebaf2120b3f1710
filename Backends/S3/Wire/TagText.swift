// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// ETags as HTTP and XML carry them: in quotes, perhaps with `W/` before them (RFC 9110, section 8.8.3).
enum TagText {
    /// The part of `range` without quotes and `W/`.
    static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        let (quote, space) = (UInt8(ascii: "\""), UInt8(ascii: " "))
        while start < end, bytes[start] == space { start += 1 }
        while start < end, bytes[end - 1] == space { end -= 1 }
        if end - start >= 2, bytes[start] == UInt8(ascii: "W"), bytes[start + 1] == UInt8(ascii: "/") { start += 2 }
        if end - start >= 2, bytes[start] == quote, bytes[end - 1] == quote {
            start += 1
            end -= 1
        }
        return start..<end
    }

    /// The tag that an element gives; nil when it is absent or empty.
    static func tag(_ text: String?) -> VersionTag? { text.flatMap { tag(Array($0.utf8)) } }

    /// The tag that a header gives; nil when it is empty.
    static func tag(_ value: UnsafeRawBufferPointer) -> VersionTag? { tag(Array(value)) }

    private static func tag(_ bytes: [UInt8]) -> VersionTag? {
        let range = trimmed(bytes, 0..<bytes.count)
        return range.isEmpty ? nil : VersionTag(SharedBytes(bytes, range))
    }

    /// The tag in quotes, as conditions and part lists carry it.
    static func quoted(_ tag: VersionTag) -> String { "\"\(tag.text)\"" }
}
