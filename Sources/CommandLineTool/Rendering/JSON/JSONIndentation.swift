// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// JSON on many lines, for people; the order of members stays.
enum JSONIndentation {
    /// - Parameter json: One value without spaces between its parts, as ``JSONWriter`` writes it.
    static func indented(_ json: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var (depth, isInText, isEscaped) = (0, false, false)
        func breakLine() {
            result.append(UInt8(ascii: "\n"))
            result += [UInt8](repeating: UInt8(ascii: " "), count: 4 * depth)
        }
        for byte in json {
            if isInText {
                result.append(byte)
                if !isEscaped, byte == UInt8(ascii: "\"") { isInText = false }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                result.append(byte)
                depth += 1
                breakLine()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                breakLine()
                result.append(byte)
            case UInt8(ascii: ","):
                result.append(byte)
                breakLine()
            case UInt8(ascii: ":"): result += [byte, UInt8(ascii: " ")]
            default:
                result.append(byte)
                isInText = byte == UInt8(ascii: "\"")
            }
        }
        return result
    }
}
