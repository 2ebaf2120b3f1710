// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel

/// The lines of a sums file: digest, two spaces (or a space and `*`), name.
struct SumList {
    private var sums: [ObjectKey: String] = [:]

    /// - Throws: a `ValidationError` for a line that is none, with its number.
    init(_ name: String, text: String, digits: Int) throws {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let digest = line.prefix(while: \.isHexDigit)
            let path = line.dropFirst(digest.count + 2)
            guard digest.utf8.count == digits, line.dropFirst(digits).hasPrefix(" "), !path.isEmpty else {
                throw ValidationError("\(name), line \(index + 1): not a digest of \(digits) digits and a name.")
            }
            sums[ObjectKey(String(path))] = digest.lowercased()
        }
    }

    func contains(_ path: ObjectKey) -> Bool { sums[ObjectKey(SharedBytes(NameText.line(path)))] != nil }

    /// Whether `path` has the digest `hash`; each name is taken once.
    mutating func take(_ path: ObjectKey, equals hash: String) -> Bool {
        sums.removeValue(forKey: ObjectKey(SharedBytes(NameText.line(path)))) == hash
    }

    /// Names that nobody took.
    var rest: [ObjectKey] { sums.keys.sorted() }
}
