// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Names of files that are being written: `.godwit-RUN-N.partial`, RUN of lower-case letters and digits, N a number.
///
/// They are short, so that a target name of 255 bytes has room beside them, and exact, so that no user's file is
/// mistaken for one.
enum TemporaryName {
    private static let prefix = Array(".godwit-".utf8)
    private static let suffix = Array(".partial".utf8)

    static func make(run: String, number: Int) -> [UInt8] { Array(".godwit-\(run)-\(number).partial".utf8) }

    static func matches(_ name: UnsafeRawBufferPointer) -> Bool { run(of: name) != nil }

    /// The run that the file is of; nil when the name is another's.
    static func run(of name: UnsafeRawBufferPointer) -> String? {
        guard name.count > prefix.count + suffix.count, name.prefix(prefix.count).elementsEqual(prefix),
            name.suffix(suffix.count).elementsEqual(suffix)
        else { return nil }
        let middle = name.dropFirst(prefix.count).dropLast(suffix.count)
        guard let dash = middle.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        let (run, number) = (middle[..<dash], middle[(dash + 1)...])
        guard !run.isEmpty, !number.isEmpty, number.allSatisfy(isDigit),
            run.allSatisfy({ isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return nil }
        return String(decoding: run, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
