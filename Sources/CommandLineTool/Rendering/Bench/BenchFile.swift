// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// `--report` of `bench`: opened before anything is measured, so that a wrong name costs no minutes.
struct BenchFile: Sendable {
    private let file: OutputFile
    private let isPage: Bool

    init(_ path: String) throws(StorageError) {
        isPage = path.hasSuffix(".html")
        file = try OutputFile(path)
    }

    func write(_ report: BenchReport) throws {
        if isPage {
            try file.sink.write(BenchPage(report: report).text)
        } else {
            try file.sink.write(BenchJSON.text(report))
        }
        try file.sink.flush()
    }
}
