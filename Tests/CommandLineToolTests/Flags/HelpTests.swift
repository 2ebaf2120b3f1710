// Part of godwit. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Testing

@testable import CommandLineTool

/// The commands and flags as the parser knows them, by the document from which manual pages are made.
@Suite struct HelpTests {
    /// Made once: the parser takes its time over so many flags.
    private static let dump = GodwitCommand._dumpHelp()

    private static func commands() throws -> [[String: Any]] {
        let text = dump
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let root = try #require(document["command"] as? [String: Any])
        func flattened(_ command: [String: Any]) -> [[String: Any]] {
            [command] + (command["subcommands"] as? [[String: Any]] ?? []).flatMap(flattened)
        }
        return flattened(root).filter { $0["commandName"] as? String != "help" }
    }

    @Test("Every command and every flag says what it is for")
    func complete() throws {
        for command in try Self.commands() {
            let name = command["commandName"] as? String ?? ""
            #expect(!(command["abstract"] as? String ?? "").isEmpty, "\(name)")
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                let value = argument["valueName"] as? String ?? ""
                #expect(!(argument["abstract"] as? String ?? "").isEmpty, "\(name) \(value)")
            }
        }
    }

    @Test("The commands of the contract exist")
    func names() throws {
        var names = Set<String>()
        for command in try Self.commands() {
            names.insert(command["commandName"] as? String ?? "")
            names.formUnion(command["aliases"] as? [String] ?? [])
        }
        let wanted = """
            copy sync move copyto moveto check ls lsd lsf lsjson tree size stat cat put delete purge mkdir rmdir hash \
            link cleanup remote version completion cp mv rm mb rb presign rcat
            """
        for name in wanted.split(separator: " ") { #expect(names.contains(String(name)), "\(name)") }
    }

    @Test("The flags of copy that scripts rely on exist")
    func flags() throws {
        let copy = try #require(try Self.commands().first { $0["commandName"] as? String == "copy" })
        var names = Set<String>()
        for argument in copy["arguments"] as? [[String: Any]] ?? [] {
            for name in argument["names"] as? [[String: Any]] ?? [] {
                let prefix = name["kind"] as? String == "long" ? "--" : "-"
                names.insert(prefix + (name["name"] as? String ?? ""))
            }
        }
        let wanted = """
            -n --dry-run --dryrun --transfers --checkers --max-connections --max-memory --compare --size-only -c \
            --checksum -u --update --ignore-existing -I --ignore-times --modify-window --ignore-size --immutable \
            --include --exclude --filter --include-from --exclude-from --filter-from --min-size --max-size --min-age \
            --max-age --max-depth --ignore-case --links --copy-links --bwlimit --bwlimit-file --tpslimit \
            --tpslimit-burst --verify --checksum-algorithm \
            --s3-storage-class --storage-class --s3-acl --s3-server-side-encryption --sse --s3-sse-kms-key-id \
            --s3-chunk-size --s3-upload-cutoff --s3-copy-cutoff --s3-upload-concurrency --create-bucket --max-stream \
            --source-region --region --source-endpoint-url --endpoint-url --source-profile --profile --request-payer \
            --server-side --content-type --retries --low-level-retries --timeout --contimeout --max-errors \
            --escape-keys -P --progress --stats --stats-one-line --json --report --log-file --log-level --log-format \
            -v -q --color --error-on-no-transfer --config
            """
        for name in wanted.split(separator: " ") { #expect(names.contains(String(name)), "\(name)") }
    }

    @Test("Completion scripts are made for each shell", arguments: ["bash", "zsh", "fish"])
    func completion(_ shell: String) throws {
        let shell = try #require(CompletionShell(rawValue: shell))
        #expect(GodwitCommand.completionScript(for: shell).contains("godwit"))
    }
}
