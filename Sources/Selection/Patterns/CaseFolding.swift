// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Scalars that are one letter when case does not count: Unicode's simple case folding
/// (https://www.unicode.org/Public/UCD/latest/ucd/CaseFolding.txt, status C and S).
enum CaseFolding {
    /// Groups of scalars that fold together, such as `k`, `K` and the Kelvin sign. Made at the first use.
    static let orbits: [[UInt32]] = {
        var groups = [UInt32: [UInt32]]()
        for value in UInt32(0x41)..<0x1_E944 {
            guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenCaseMapped else { continue }
            groups[key(scalar), default: []].append(value)
        }
        return groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }()

    /// The group that each scalar of a group belongs to.
    private static let orbitOfScalar = Dictionary(
        uniqueKeysWithValues: orbits.flatMap { orbit in orbit.map { ($0, orbit) } })

    /// What differs from a scalar of `range` only by case, and those scalars themselves.
    static func variants(of range: ClosedRange<UInt32>) -> [UInt32] {
        if range.count > 2000 { return orbits.filter { $0.contains(where: range.contains) }.flatMap(\.self) }
        return range.flatMap { orbitOfScalar[$0] ?? [] }
    }

    /// What a scalar folds to. The dotless and the dotted i stand alone: they fold only in Turkic languages.
    private static func key(_ scalar: Unicode.Scalar) -> UInt32 {
        if scalar.value == 0x130 || scalar.value == 0x131 { return scalar.value }
        let upper = single(scalar.properties.uppercaseMapping) ?? scalar
        return (single(upper.properties.lowercaseMapping) ?? upper).value
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
}
