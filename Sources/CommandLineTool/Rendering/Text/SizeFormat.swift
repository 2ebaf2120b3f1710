// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Sizes and counts for people, in rclone's notation.
enum SizeFormat {
    /// `0 B`, `1 KiB`, `2.861 MiB`.
    static func bytes(_ count: Int64) -> String {
        let (number, unit) = scaled(Double(count), 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"])
        return "\(number) \(unit)B"
    }

    /// `2.861Mi`, as rclone's logs have it.
    static func suffix(_ count: Int64) -> String {
        let (number, unit) = scaled(Double(count), 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"])
        return number + unit
    }

    /// `999`, `1k`, `1.234k`, `2M`.
    static func count(_ count: Int) -> String {
        let (number, unit) = scaled(Double(count), 1000, ["", "k", "M", "G", "T", "P", "E"])
        return number + unit
    }

    /// At most 10 columns wide: `1.5 GiB`, `999 B`.
    static func short(_ count: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var value = count, index = 0
        while value >= 1000, index < units.count - 1 {
            value /= 1024
            index += 1
        }
        let digits = index == 0 || value >= 100 ? 0 : 1
        return "\(DecimalText.fixed(value, digits)) \(units[index])"
    }

    private static func scaled(_ count: Double, _ base: Double, _ units: [String]) -> (String, String) {
        var value = count, index = 0
        while value.magnitude >= base, index < units.count - 1 {
            value /= base
            index += 1
        }
        return (DecimalText.fixed(value, value == value.rounded(.down) ? 0 : 3), units[index])
    }
}
