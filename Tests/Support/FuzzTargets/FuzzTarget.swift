// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Something that reads what comes from outside, and what must hold whatever comes.
package protocol FuzzTarget: SendableMetatype {
    /// Names the target on the command line and in reports.
    static var name: String { get }
    /// Inputs to begin with: small, and of every shape that is meant to be read.
    static var seeds: [String] { get }
    /// Words that make a difference to the reader.
    static var dictionary: [String] { get }
    /// The longest input that is worth the time.
    static var lengthMax: Int { get }
    /// Reads `input`. Throws ``Finding`` when something that must hold does not.
    static func check(_ input: [UInt8]) throws
}

extension FuzzTarget {
    package static var lengthMax: Int { 4096 }
}

/// What must hold and did not.
package struct Finding: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Throws a ``Finding`` unless `holds`.
func require(_ holds: Bool, _ description: @autoclosure () -> String) throws {
    if !holds { throw Finding(description()) }
}
