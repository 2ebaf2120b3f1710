// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The built binary with a home of its own: no configuration or state of the user's is read or written.
struct Godwit: Sendable {
    let scratch: Scratch
    var environment = Programs.environment
    var seconds = 240.0

    init() throws {
        scratch = try Scratch()
        environment["XDG_STATE_HOME"] = try scratch.directory("state")
        environment["XDG_CONFIG_HOME"] = try scratch.directory("config")
        environment["XDG_CACHE_HOME"] = try scratch.directory("cache")
        environment["HOME"] = try scratch.directory("home")
    }

    /// Makes `store` known as the remote `remote:`.
    mutating func name(_ store: Store, _ remote: String) {
        let options = [
            "TYPE": "s3", "PROVIDER": store.provider, "ENDPOINT": store.endpoint, "ACCESS_KEY_ID": "testkey",
            "SECRET_ACCESS_KEY": store.secret, "REGION": "us-east-1",
        ]
        for (option, value) in options { environment["GODWIT_CONFIG_\(remote.uppercased())_\(option)"] = value }
    }

    func start(_ arguments: [String], input: Data = Data(), directory: String? = nil) throws -> ChildProcess {
        var words = [try #require(Programs.godwit)] + arguments
        if let directory { words = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory] + words }
        return try ChildProcess(words, environment: environment, input: input)
    }

    /// Runs a command and expects it to end with `exit`.
    @discardableResult
    func callAsFunction(
        _ arguments: String..., exit: Int32 = 0, input: Data = Data(), directory: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Outcome {
        try await self(arguments, exit: exit, input: input, directory: directory, sourceLocation: sourceLocation)
    }

    @discardableResult
    func callAsFunction(
        _ arguments: [String], exit: Int32 = 0, input: Data = Data(), directory: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Outcome {
        let outcome = try await start(arguments, input: input, directory: directory).end(within: seconds)
        let said = outcome.errorText.suffix(1_500) + "\n" + outcome.text.suffix(500)
        #expect(
            outcome.status == exit && !outcome.timedOut,
            "godwit \(arguments.joined(separator: " ")): exit \(outcome.status)\n\(said)",
            sourceLocation: sourceLocation)
        #expect(!outcome.errorText.contains("testsecret"), "a secret was told", sourceLocation: sourceLocation)
        return outcome
    }

    /// Runs a command, expects it to succeed, and returns its peak memory in MiB.
    func memory(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> Int {
        struct Cost: Decodable { var memory: Int }
        let report = scratch.path("cost")
        let words = [Programs.root + "/scripts/measured", report, try #require(Programs.godwit)] + arguments
        let outcome = try await ChildProcess(words, environment: environment).end(within: seconds)
        #expect(outcome.status == 0, "\(outcome.errorText.suffix(1_500))", sourceLocation: sourceLocation)
        return try JSONDecoder().decode(Cost.self, from: Data(contentsOf: URL(fileURLWithPath: report))).memory >> 20
    }

    /// Runs `copy`, `sync`, `move` or `check` with `--json` and returns its summary.
    func summary(
        _ arguments: String..., exit: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Summary {
        try await summary(of: arguments, exit: exit, sourceLocation: sourceLocation)
    }

    func summary(
        of arguments: [String], exit: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Summary {
        let outcome = try await start([arguments[0], "--json"] + arguments.dropFirst()).end(within: seconds)
        #expect(
            outcome.status == exit && !outcome.timedOut,
            "godwit \(arguments.joined(separator: " ")): exit \(outcome.status)\n\(outcome.errorText.suffix(1_500))",
            sourceLocation: sourceLocation)
        let last = try #require(outcome.lines.last, "no events", sourceLocation: sourceLocation)
        let summary = try JSONDecoder().decode(Summary.self, from: Data(last.utf8))
        #expect(summary.type == "summary", sourceLocation: sourceLocation)
        #expect(summary.exit == outcome.status, "the summary tells another exit code", sourceLocation: sourceLocation)
        return summary
    }
}

/// The last event of `--json`.
struct Summary: Decodable {
    struct Objects: Decodable {
        var listedSource, listedTarget, checked, transferred, serverCopied, metadataUpdated, skipped, deleted: Int
        var failed: Int

        enum CodingKeys: String, CodingKey {
            case listedSource = "listed_source"
            case listedTarget = "listed_target"
            case checked, transferred, skipped, deleted, failed
            case serverCopied = "server_copied"
            case metadataUpdated = "metadata_updated"
        }
    }
    struct Bytes: Decodable {
        var transferred, serverCopied, deleted: Int

        enum CodingKeys: String, CodingKey {
            case transferred, deleted
            case serverCopied = "server_copied"
        }
    }
    struct Requests: Decodable {
        var list, head, get, put, post, copy, delete: Int
    }

    var type: String
    var objects: Objects
    var bytes: Bytes
    var requests: Requests
    var exit: Int32

    /// What the contract promises of every run: each listed object ended in one way.
    var addsUp: Bool {
        objects.listedSource == objects.transferred + objects.serverCopied + objects.metadataUpdated + objects.skipped
            + objects.failed
    }

    /// Whether nothing was changed at the target.
    var changedNothing: Bool {
        objects.transferred == 0 && objects.serverCopied == 0 && objects.metadataUpdated == 0 && objects.deleted == 0
            && objects.failed == 0 && requests.put == 0 && requests.copy == 0 && requests.delete == 0
    }
}
