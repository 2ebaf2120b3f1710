// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The reversible map between the components of any key and file names (`--escape-keys`).
///
/// The lead character is `‛` (U+201B), which real names hardly use. `‛XX` with two upper-case hexadecimal digits is a
/// byte that may not stand there, `‛‛` is the lead character itself, and `‛-` is an empty component. Escaped are NUL,
/// every dot of `.` and `..`, and the first dot of what looks like a temporary file. So `a//b` is `a/‛-/b`, `../x` is
/// `‛2E‛2E/x`, and `x/` with content is `x/‛-`. A key has exactly one path; a name that this map does not produce is
/// no key. Names over 255 bytes are not mapped: they fail.
enum KeyEscaping {
    private static let lead: [UInt8] = [0xe2, 0x80, 0x9b]
    private static let dash = UInt8(ascii: "-")
    private static let dot = UInt8(ascii: ".")

    /// Appends the file name of one key component.
    static func encode(_ component: UnsafeRawBufferPointer, into name: inout [UInt8]) {
        if component.isEmpty {
            name += lead + [dash]
            return
        }
        let isDots = component.count <= 2 && component.allSatisfy { $0 == dot }
        let isTemporary = TemporaryName.matches(component)
        var index = 0
        while index < component.count {
            let byte = component[index]
            if byte == 0 || byte == dot && (isDots || isTemporary && index == 0) {
                name += lead + [hexadecimal(byte >> 4), hexadecimal(byte & 15)]
            } else if isLead(component, index) {
                name += lead + lead
                index += 2
            } else {
                name.append(byte)
            }
            index += 1
        }
    }

    /// The key component of a file name; nil when the map does not produce it.
    static func decode(_ name: UnsafeRawBufferPointer) -> [UInt8]? {
        var component = [UInt8]()
        component.reserveCapacity(name.count)
        var index = 0
        while index < name.count {
            guard isLead(name, index) else {
                component.append(name[index])
                index += 1
                continue
            }
            index += lead.count
            if isLead(name, index) {
                component += lead
                index += lead.count
            } else if index < name.count, name[index] == dash {
                index += 1
            } else {
                guard index + 1 < name.count, let high = value(name[index]), let low = value(name[index + 1]) else {
                    return nil
                }
                component.append(high << 4 | low)
                index += 2
            }
        }
        // Only what encodes to this very name is its key; that makes the map one to one.
        var again = [UInt8]()
        component.withUnsafeBytes { encode($0, into: &again) }
        return again.elementsEqual(name) ? component : nil
    }

    private static func isLead(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Bool {
        index + 2 < bytes.count && bytes[index] == lead[0] && bytes[index + 1] == lead[1] && bytes[index + 2] == lead[2]
    }

    private static func hexadecimal(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 55 }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        default: nil
        }
    }
}
