// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation

/// A directory of one test, removed with the last reference to it.
final class Scratch: Sendable {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "godwit-e2e-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// The path of `name` within.
    func path(_ name: String) -> String { root + "/" + name }

    /// Makes the directory `name` within and returns its path.
    func directory(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        return path(name)
    }
}
