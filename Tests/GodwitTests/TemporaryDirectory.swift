// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation

/// A directory that lasts as long as this object.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("godwit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with its directories; its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    /// The files by their relative paths.
    var contents: [String: String] {
        get throws {
            var result = [String: String]()
            for name in FileManager.default.enumerator(atPath: path) ?? .init() {
                guard let name = name as? String, let data = FileManager.default.contents(atPath: "\(path)/\(name)")
                else {
                    continue
                }
                result[name] = String(decoding: data, as: UTF8.self)
            }
            return result
        }
    }
}
