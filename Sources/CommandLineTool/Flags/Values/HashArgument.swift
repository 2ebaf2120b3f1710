// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel

/// A hash by any of its common names: `MD5`, `sha1`, `SHA-256`.
struct HashArgument: ExpressibleByArgument, Sendable {
    static let standard = HashArgument(.md5)

    let algorithm: ChecksumAlgorithm

    init(_ algorithm: ChecksumAlgorithm) { self.algorithm = algorithm }

    init?(argument: String) {
        let name = argument.lowercased().filter { $0 != "-" && $0 != "_" }
        guard let algorithm = ChecksumAlgorithm(rawValue: name) else { return nil }
        self.algorithm = algorithm
    }

    static var allValueStrings: [String] { ChecksumAlgorithm.allCases.map(\.rawValue) }

    var defaultValueDescription: String { algorithm.rawValue }
}

extension HashArgument {
    /// Hexadecimal digits of a digest.
    var digits: Int { algorithm.length * 2 }
}
