// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

@testable import Settings

/// Configuration files: what is read is written the same, and what is set is read back as it was set.
enum ConfigurationTarget: FuzzTarget {
    static let name = "configuration"
    static let lengthMax = 1024

    static let seeds = [
        "# c\n[a]\ntype = s3\naccess_key_id = K\n; d\n\n[b]\ntype: alias\nremote = a:x\n",
        "[x y]\r\na=b=c\r\n[x y]\na=d",
        "\u{feff}[a]\nb = \u{e9} c ", "RCLONE_ENCRYPT_V0:\nabc",
    ]

    static let dictionary = [
        "[", "]", "=", ":", "#", ";", "\n", "\r\n", " ", "\t", "type", "[a]", "\u{301}", "\u{feff}", "\u{2028}",
        "\u{85}", "\u{b}", "RCLONE_ENCRYPT_V",
    ]

    static func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        guard let file = try? ConfigurationFile(text, path: "f") else { return }
        let again: ConfigurationFile
        do { again = try ConfigurationFile(file.text, path: "f") } catch {
            throw Finding("what was read cannot be read again: \(error)")
        }
        try require(again.remotes == file.remotes, "other remotes after writing")
        for remote in file.remotes.prefix(3) {
            guard let options = file.options(of: remote) else { throw Finding("\(remote) has no options") }
            try require(again.options(of: remote) == options, "other options of \(remote) after writing")
            try check(setting: options, of: remote, in: file)
            try check(setting: options.map { RemoteOption($0.name, $0.value + "x") }, of: remote, in: file)
        }
        try check(setting: [RemoteOption("type", String(text.prefix(40)))], of: "new", in: file)
    }

    private static func check(setting options: [RemoteOption], of remote: String, in file: ConfigurationFile) throws {
        var changed = file
        do throws(StorageError) { try changed.set(remote, options) } catch { return }
        let read: ConfigurationFile
        do { read = try ConfigurationFile(changed.text, path: "f") } catch {
            throw Finding("a file that was changed cannot be read again: \(error)")
        }
        try require(
            Set(read.options(of: remote) ?? []) == Set(options),
            "\(remote) was given \(options) and has \(read.options(of: remote) ?? [])")
        for other in file.remotes.prefix(8) where other != remote {
            try require(read.options(of: other) == file.options(of: other), "setting \(remote) changed \(other)")
        }
        var removed = changed
        try require(removed.remove(remote), "\(remote) is not there to be removed")
        let rest = try? ConfigurationFile(removed.text, path: "f")
        try require(rest?.options(of: remote) == nil, "\(remote) is still there")
        for other in file.remotes.prefix(8) where other != remote {
            try require(rest?.options(of: other) == file.options(of: other), "removing \(remote) changed \(other)")
        }
    }
}
