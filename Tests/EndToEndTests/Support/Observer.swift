// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation

/// An independent reader that watches a place while something is done to it (Tests/Support/Servers/watch.py).
struct Observer: Sendable {
    /// Where objects are.
    enum Place: Sendable {
        case directory(String)
        /// A bucket and a prefix that ends in `/`.
        case store(Store, String)

        fileprivate var word: String {
            switch self {
            case .directory(let path): path
            case .store(let store, let path): "\(store.endpoint)/\(path)"
            }
        }
    }

    struct Object: Decodable, Equatable {
        var md5: String
        /// Nanoseconds since 1970.
        var modified: Int64?
    }

    /// What an earlier process left: an upload in parts, or a temporary file, which has none that can be seen.
    struct Upload: Decodable {
        var key: String
        /// The sizes of its parts by their numbers.
        var parts: [String: Int]
    }

    struct Report: Decodable {
        /// The digests of all states that were visible; of the first place only.
        var seen: [String: [String]]
        var objects: [String: Object]
        var uploads: [Upload]
    }

    private let program: HeldProgram

    /// Watches the first of `places`.
    init(_ places: Place...) async throws {
        program = try await HeldProgram("watch.py", places.map(\.word))
    }

    /// What was seen, and what all places hold now.
    func end() async throws -> [Report] { try await program.end() }
}
