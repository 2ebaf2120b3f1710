// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Finds secrets in command-line arguments.
enum SecretSpans {
    private static let names = ["access_key", "secret", "session_token", "customer_key", "password", "token"]

    /// The spans of `argument` that are the values of secret settings: of `name=value` fields, as in connection strings,
    /// and all of it when `previous` is an option of such a name.
    static func spans(in argument: [UInt8], after previous: [UInt8]) -> [Range<Int>] {
        if previous.starts(with: Array("--".utf8)), !previous.contains(UInt8(ascii: "=")), isSecret(previous[2...]) {
            return [0..<argument.count]
        }
        var spans: [Range<Int>] = []
        var position = 0
        while let equals = argument[position...].firstIndex(of: UInt8(ascii: "=")) {
            let name = argument[position..<equals].split(whereSeparator: { $0 == 44 || $0 == 58 }).last ?? []
            let end = endOfValue(argument, from: equals + 1)
            if isSecret(name) { spans.append(equals + 1..<end) }
            position = end
        }
        return spans
    }

    private static func isSecret(_ name: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: name, as: UTF8.self).lowercased().replacing("-", with: "_")
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || (48...57).contains($0) || (97...122).contains($0) })
        else {
            return false
        }
        return names.contains { text.contains($0) } && !text.hasSuffix("md5") && !text.hasSuffix("_file")
    }

    /// Values end at a comma or a colon outside double quotes, of which two stand for one.
    private static func endOfValue(_ argument: [UInt8], from start: Int) -> Int {
        var index = start
        var isQuoted = false
        while index < argument.count {
            switch argument[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted, UInt8(ascii: ":") where !isQuoted: return index
            default: break
            }
            index += 1
        }
        return index
    }
}
