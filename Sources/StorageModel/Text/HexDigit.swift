// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// One hexadecimal digit.
package enum HexDigit {
    /// The value of a digit in either case; nil for what is none.
    @inlinable
    package static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
}
