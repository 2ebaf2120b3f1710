// Part of godwit. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StorageModel
import SyncEngine
import Testing

@testable import CommandLineTool

@Suite struct ArchiveFlagTests {
    @Test func aRunRestoresAndWaits() throws {
        var options = SyncOptions(mode: .sync)
        try ArchiveFlags.parse([]).apply(to: &options)
        #expect(options.archives == ArchiveOptions())
        try ArchiveFlags.parse(["--restore-days", "5", "--restore-tier", "bulk", "--wait"]).apply(to: &options)
        #expect(options.archives.restore == RestoreRequest(days: 5, tier: .bulk) && options.archives.waits)
        options.copiesVersions = true
        #expect(throws: ValidationError.self) { try ArchiveFlags.parse(["--wait"]).apply(to: &options) }
    }

    @Test(arguments: [["--restore-days", "0"], ["--restore-tier", "bulk"], ["--restore-tier", "fast"]])
    func whatMeansNothingIsRefused(flags: [String]) {
        #expect(throws: (any Error).self) { try ArchiveFlags.parse(flags) }
    }

    @Test(arguments: [
        [], ["--days", "0"], ["--days", "1", "--to", "2d"], ["--to", "2d", "--wait"], ["--to", "2d", "--tier", "bulk"],
        ["--days", "1", "--max-delete", "3"], ["--days", "1", "--json"], ["--days", "1", "--transfers", "4"],
        ["--days", "1", "--retries", "1"], ["--days", "1", "--tier", "Quick"],
    ])
    func aRestoreIsOfOneKind(flags: [String]) {
        #expect(throws: (any Error).self) { try RestoreCommand.parse(["s3://b/"] + flags) }
    }
}
