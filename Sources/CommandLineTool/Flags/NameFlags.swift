// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel
internal import SyncEngine

/// Lists of the objects that a command concerns, which are looked up one by one: nothing is listed.
struct NameFlags: ParsableArguments, Sendable {
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Only the names in FILE, one a line, which are looked up, not listed; -: standard input.",
            valueName: "file"))
    var filesFrom: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "As --files-from, each line as it stands: no comments, no trimming of blanks.", valueName: "file"))
    var filesFromRaw: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("As --files-from-raw, a NUL byte behind each name.", valueName: "file"))
    var filesFrom0: [String] = []

    /// Whether there is any list.
    var areGiven: Bool { !(filesFrom + filesFromRaw + filesFrom0).isEmpty }

    mutating func forget() { (filesFrom, filesFromRaw, filesFrom0) = ([], [], []) }

    /// The lists that come from standard input.
    var standardInputs: Int { (filesFrom + filesFromRaw + filesFrom0).count { $0 == "-" } }

    /// The names of all lists; nil: there are none. Long lists go to a file in `directory`.
    /// - Throws: a `StorageError` for a file that cannot be read.
    func list(directory: String) throws -> NameList? {
        guard areGiven else { return nil }
        let list = NameList(directory: directory)
        for (files, format) in [(filesFrom, NameFile.Format.lines), (filesFromRaw, .rawLines), (filesFrom0, .nulls)] {
            for file in files { try NameFile(format).read(file) { name throws(StorageError) in try list.append(name) } }
        }
        try list.finish()
        return list
    }
}
