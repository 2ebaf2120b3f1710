// Part of godwit. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
internal import Godwit
import Settings
import StorageModel
import SyncEngine
import Testing

@testable import CommandLineTool

@Suite struct FlagParsingTests {
    private func parse<Command: ParsableCommand>(_ type: Command.Type, _ arguments: String...) throws -> Command {
        #expect(arguments.first == type.configuration.commandName)
        return try type.parse(Array(arguments.dropFirst()))
    }

    @Test func runOptions() throws {
        let command = try parse(
            SyncCommand.self, "sync", "a", "b:c", "--dryrun", "--transfers", "7", "--size-only", "--max-delete", "5%",
            "--verify", "none", "--server-side", "never", "--s3-chunk-size", "16M", "--links", "--retries=1",
            "--modify-window", "2s", "--escape-keys")
        var options = SyncOptions(mode: .sync)
        options.comparing = command.flags.comparing.options
        command.flags.transfer.apply(to: &options)
        command.flags.schedule.apply(to: &options)
        command.flags.upload.apply(to: &options)
        #expect(options.dryRun && options.escapesKeys)
        #expect(options.transferring.transfers == 7)
        #expect(options.comparing.method == .size)
        #expect(options.comparing.modifyWindow == .seconds(2))
        #expect(options.transferring.verification == TransferOptions.Verification.none)
        #expect(options.transferring.serverSide == .never)
        #expect(options.transferring.partSize == 16 << 20)
        #expect(options.passesMax == 1)
        #expect(command.flags.links.policy == .keep)
        #expect(command.deleting.options.limit == .percentage(5))
        #expect(command.locations.target == "b:c")
    }

    @Test func defaults() throws {
        let command = try parse(CopyCommand.self, "copy", "a", "b")
        var options = SyncOptions(mode: .copy)
        options.comparing = command.flags.comparing.options
        #expect(options.comparing == ComparisonOptions())
        command.flags.transfer.apply(to: &options)
        command.flags.schedule.apply(to: &options)
        command.flags.upload.apply(to: &options)
        #expect(options.transferring == TransferOptions())
        #expect(options.passesMax == 3)
        let session = command.flags.connecting.sessionOptions(environment: [:])
        #expect(session.attemptsMax == 10 && (1...256).contains(session.connectionsMax))
        #expect(session.sourceOverrides.isEmpty && session.targetOverrides.isEmpty)
    }

    @Test("Flags for both sides and for the source only")
    func overrides() throws {
        let command = try parse(
            CopyCommand.self, "copy", "a", "b", "--region", "eu-west-1", "--source-region", "us-west-2", "--sse",
            "AES256", "--storage-class", "GLACIER", "--request-payer", "requester", "--bwlimit", "1M:off")
        var session = command.flags.connecting.sessionOptions(environment: [:])
        command.flags.source.apply(to: &session)
        command.flags.upload.apply(to: &session)
        #expect(session.sourceOverrides == ["region": "us-west-2", "requester_pays": "true"])
        #expect(session.targetOverrides["region"] == "eu-west-1")
        #expect(session.targetOverrides["server_side_encryption"] == "AES256")
        #expect(session.targetOverrides["storage_class"] == "GLACIER")
        #expect(session.requestLimit == nil)
    }

    @Test(
        "What contradicts itself is refused",
        arguments: [
            ["sync", "a", "b", "--size-only", "--checksum"], ["sync", "a", "b", "--update", "--ignore-times"],
            ["sync", "a", "b", "--inplace", "--update"], ["copy", "a", "b", "--inplace", "--ignore-existing"],
            ["copy", "a", "b", "--inplace", "--size-only"], ["sync", "a", "b", "--keep-undo", "--no-journal"],
            ["sync", "a", "b", "--update", "--ignore-existing"], ["sync", "a", "b", "--compare", "mtime", "-c"],
            ["sync", "a", "b", "--links", "--copy-links"], ["sync", "a", "b", "-q", "-v"],
            ["copy", "a", "b", "--delete-excluded"], ["copy", "a", "b", "--max-delete", "1"],
            ["copy", "a", "b", "--max-delete-size", "1"], ["sync", "a", "b", "--max-delete-size", "all"],
            ["copy", "a", "b", "--min-size", "2M", "--max-size", "1M"], ["copy", "a", "b", "--max-delete", "101%"],
            ["copy", "a", "b", "--s3-chunk-size", "1M"], ["copy", "a", "b", "--transfers", "0"],
            ["copy", "a", "b", "--retries", "0"], ["copy", "a", "b", "--report", "x.txt"],
            ["copy", "a", "b", "--bwlimit", "fast"], ["copy", "a", "b", "--min-age", "soon"],
            ["copy", "a", "b", "--bwlimit", "@"], ["copy", "a", "b", "--bwlimit", "@-"],
            ["copy", "a", "b", "--bwlimit-file", "fast"], ["copy", "a", "b", "--bwlimit-file", "08:00,1M 9:00,2M"],
            ["copy", "a", "b", "--tpslimit", "many"], ["copy", "a", "b", "--tpslimit", "nan"],
            ["copy", "a", "b", "--tpslimit", "inf"], ["copy", "a", "b", "--tpslimit=-1"],
            ["copy", "a", "b", "--tpslimit", "1", "--tpslimit-burst", "0"],
            ["copy", "a", "b", "--tpslimit-burst", "2"],
            ["copy", "a", "b", "--max-stream", "1G", "--server-side", "only"], ["copy", "a"], ["copy", "a", ""],
            ["lsf", "a", "--format", "pz"], ["lsf", "a", "--dirs-only", "--files-only"],
            ["cat", "a", "--head", "1", "--tail", "1"], ["cat", "a", "--head", "1", "--offset", "1"], ["cat"],
            ["link", "a", "--expire", "8d"], ["hash", "rot13", "a"], ["completion", "cmd"],
        ])
    func refused(_ arguments: [String]) {
        // The command itself parses: the whole tree is built anew for every root.
        let command = GodwitCommand.configuration.subcommands.first {
            $0.configuration.commandName == arguments.first
        }
        #expect(throws: (any Error).self) {
            guard let command else { throw ValidationError("no such command") }
            _ = try command.parse(Array(arguments.dropFirst()))
        }
    }

    @Test(
        "Aliases",
        arguments: [
            ("rm", "delete"), ("mb", "mkdir"), ("rb", "rmdir"), ("presign", "link"), ("rcat", "put"),
        ])
    func aliases(_ alias: String, _ name: String) throws {
        let command = GodwitCommand.configuration.subcommands.first { $0.configuration.commandName == name }
        #expect(try #require(command).configuration.aliases.contains(alias))
    }

    @Test func unknownCommand() {
        #expect(throws: (any Error).self) { try GodwitCommand.parseAsRoot(["nonsense"]) }
    }

    @Test func negativeOffset() throws {
        #expect(try parse(CatCommand.self, "cat", "--offset", "-10", "x").offset == -10)
    }

    @Test func hashNames() {
        for name in ["MD5", "md5", "SHA-1", "sha1", "SHA256", "CRC32C"] { #expect(HashArgument(argument: name) != nil) }
        #expect(HashArgument(argument: "sha-256")?.algorithm == .sha256)
    }

    @Test func ages() throws {
        let now = Timestamp(seconds: 1_700_000_000)
        #expect(try #require(AgeArgument(argument: "1h30m")).age(at: now) == .seconds(5400))
        #expect(try #require(AgeArgument(argument: "2023-11-14T22:13:10Z")).age(at: now) == .seconds(10))
        #expect(try #require(AgeArgument(argument: "2023-11-14T22:13:30Z")).age(at: now) == .seconds(-10))
    }

    @Test func limits() throws {
        let traffic = try parse(
            CopyCommand.self, "copy", "a", "b", "--bwlimit", "08:00,1M:off Sun-09:00,5B", "--tpslimit", "2.5",
            "--tpslimit-burst", "4"
        ).flags.connecting.traffic
        guard case .given(let rates)? = traffic.bwlimit else {
            Issue.record("no timetable")
            return
        }
        #expect(rates.rates(at: WeekMinute(day: 1, hour: 8, minute: 0)) == RatePair(up: 1 << 20, down: nil))
        #expect(rates.rates(at: WeekMinute(day: 0, hour: 9, minute: 0)) == RatePair(up: 5, down: 5))
        #expect(traffic.requestLimit?.perSecond == 2.5 && traffic.requestLimit?.burst == 4)
        let none = try parse(CopyCommand.self, "copy", "a", "b", "--tpslimit", "0", "--tpslimit-burst", "4")
        #expect(none.flags.connecting.traffic.requestLimit == nil)
    }

    @Test("A malformed entry of a timetable is named")
    func malformedTimetable() {
        let error = #expect(throws: (any Error).self) {
            try CopyCommand.parse(["a", "b", "--bwlimit", "08:00,1M 25:00,off"])
        }
        let text = error.map { CopyCommand.message(for: $0) } ?? ""
        #expect(text.contains("--bwlimit") && text.contains("\"25:00,off\" is no entry of a timetable"), "\(text)")
    }

    @Test("little memory leaves listings as large a share as the default does, and much memory no more")
    func listingsTakeTheirShareOfMemory() throws {
        for (words, expected) in [
            ([], 20 << 20), (["--max-memory", "16M"], 5 << 20), (["--max-memory", "1G"], 20 << 20),
        ] {
            var options = SessionOptions(environment: [:])
            try ScheduleFlags.parse(words).apply(to: &options)
            #expect(options.listedAheadMax == expected)
        }
    }
}
