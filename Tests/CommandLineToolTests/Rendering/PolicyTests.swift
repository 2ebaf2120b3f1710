// Part of godwit. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
internal import Godwit
import StorageModel
import Testing

@testable import CommandLineTool

/// The policies of commands, by their flags.
@Suite struct PolicyTests {
    /// Parsed once: the parser takes its time over so many flags.
    private static let plainCommand = Result { try PolicyCommand.parse(["a", "b"]) }

    private typealias Group = (names: [String], parse: @Sendable (inout PolicyCommand, [String]) throws -> Void)

    /// Which flags belong together.
    private static let groups: [Group] = [
        (["--for", "--source-kms-key"], { $0.about = try .parse($1) }),
        (["--preserve", "--no-preserve"], { $0.flags.preserving = try .parse($1) }),
        (["--no-journal", "--keep-undo", "--lock"], { $0.flags.journal = try .parse($1) }),
        (["--server-side", "--no-traverse", "--dry-run"], { $0.flags.transfer = try .parse($1) }),
        (["--s3-acl", "--sse", "--s3-sse-kms-key-id"], { $0.flags.upload = try .parse($1) }),
        (["--restore-days", "--wait"], { $0.flags.archives = try .parse($1) }),
        (["--all-versions"], { $0.flags.history = try .parse($1) }),
        (["--create-bucket"], { $0.flags.creating = try .parse($1) }),
        (["--backup-dir"], { $0.flags.backup = try .parse($1) }),
        (["--files-from"], { $0.flags.selecting = try .parse($1) }),
        (["--region"], { $0.flags.connecting = try .parse($1) }),
        (
            ["--version-at", "--source-region", "--source-profile", "--source-endpoint-url"],
            { $0.flags.source = try .parse($1) }
        ),
    ]

    /// The command of `line`: two locations, and flags behind them.
    private func command(_ line: String) throws -> PolicyCommand {
        var command = try Self.plainCommand.get()
        let words = line.split(separator: " ").map(String.init)
        command.locations = try .parse(Array(words.prefix(2)))
        var flags: [[String]] = []
        for word in words.dropFirst(2) {
            if word.hasPrefix("--") { flags.append([word]) } else { flags[flags.count - 1].append(word) }
        }
        for group in Self.groups {
            let own = flags.filter { group.names.contains($0[0]) }
            flags.removeAll { own.contains($0) }
            if !own.isEmpty { try group.parse(&command, own.flatMap(\.self)) }
        }
        #expect(flags.isEmpty)
        return command
    }

    private func policies(_ line: String) throws -> (source: PolicyDocument, target: PolicyDocument, isOne: Bool) {
        try policies(command(line))
    }

    private func policies(
        _ command: PolicyCommand
    ) throws -> (source: PolicyDocument, target: PolicyDocument, isOne: Bool) {
        let environment = ["AWS_REGION": "eu-west-1", "HOME": "/nowhere"]
        let context = try ToolContext(
            OutputFlags.parse([]), environment: environment,
            standardOutput: ByteSink(descriptor: 1, name: "standard output"))
        let (session, access) = try command.question.ask(context)
        defer { session.shutdown() }
        return (
            PolicyDocument(access.grants(.source)), PolicyDocument(access.grants(.target)),
            access.source.signer == access.target.signer
        )
    }

    /// One line a statement: `ListBucket on b if c*`, without what all names begin with.
    private func lines(_ policy: PolicyDocument) -> [String] {
        policy.statements.map { statement in
            let actions = statement.actions.map { $0.replacing("s3:", with: "") }.joined(separator: " ")
            let resources = statement.resources.map { $0.replacing("arn:aws:s3:::", with: "") }
            let condition =
                switch statement.condition {
                case .prefix(let prefix): " if \(prefix)"
                case .keyAlias(let alias): " if \(alias)"
                case .sessionMode(let mode): " if \(mode)"
                case nil: ""
                }
            return "\(actions) on \(resources.joined(separator: " "))\(condition)"
        }
    }

    private static let plain = "--no-preserve tags,lock,metadata --no-journal --server-side never"

    @Test(arguments: [
        ("s3://a/in/ ./dir \(plain)", ["ListBucket on a if in/*", "GetObject on a/in/*"]),
        ("s3://a ./dir \(plain)", ["ListBucket on a", "GetObject on a/*"]),
        (
            "s3://a/in ./dir \(plain)",
            ["ListBucket on a", "GetObject GetObjectVersion on a/in a/in/*"]
        ),
        (
            "s3://a/in/ ./dir",
            [
                "ListBucket on a if in/*",
                "GetObject GetObjectTagging GetObjectRetention GetObjectLegalHold on a/in/*",
            ]
        ),
        (
            "s3://a/in/ ./dir \(plain) --preserve acl",
            ["GetBucketOwnershipControls on a", "ListBucket on a if in/*", "GetObject GetObjectAcl on a/in/*"]
        ),
        (
            "s3://a/in/ ./dir \(plain) --version-at 1d",
            ["ListBucketVersions on a if in/*", "GetObjectVersion on a/in/*"]
        ),
        (
            "s3://a/in/ ./dir --version-at 1d --no-preserve lock --preserve acl",
            [
                "GetBucketOwnershipControls on a", "ListBucketVersions on a if in/*",
                "GetObjectVersion GetObjectVersionTagging GetObjectVersionAcl on a/in/*",
            ]
        ),
        (
            "s3://a/in/ s3://b/ \(plain) --all-versions",
            ["ListBucketVersions on a if in/*", "GetObjectVersion on a/in/*"]
        ),
        ("s3://a/k?versionId=7 ./dir \(plain)", ["GetObjectVersion on a/k"]),
        (
            "s3://a/in/ ./dir \(plain) --restore-days 3 --wait",
            ["ListBucket on a if in/*", "GetObject RestoreObject on a/in/*"]
        ),
        ("s3://a/in/ ./dir \(plain) --for move", ["ListBucket on a if in/*", "GetObject DeleteObject on a/in/*"]),
        ("s3://a/in/ ./dir \(plain) --files-from /dev/null", ["ListBucket on a", "GetObject on a/in/*"]),
        (
            "s3://a/in/ ./dir \(plain) --source-kms-key alias/mine",
            [
                "ListBucket on a if in/*", "GetObject on a/in/*",
                "kms:Decrypt on arn:aws:kms:*:*:key/* if alias/mine",
            ]
        ),
        (
            "s3://a/in/ ./dir \(plain) --source-kms-key arn:aws:kms:eu-west-1:1:key/k --source-region eu-west-1",
            ["ListBucket on a if in/*", "GetObject on a/in/*", "kms:Decrypt on arn:aws:kms:eu-west-1:1:key/k"]
        ),
        (
            "s3://a/in/ s3://b/",
            [
                "GetBucketObjectLockConfiguration GetBucketWebsite on a", "ListBucket on a if in/*",
                "GetObject GetObjectVersion GetObjectTagging GetObjectRetention GetObjectLegalHold on a/in/*",
            ]
        ),
        ("s3://a/$x*y?/ ./dir \(plain)", ["ListBucket on a if ${$}x${*}y${?}/*", "GetObject on a/${$}x${*}y${?}/*"]),
        (
            "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint:door/in/ ./dir \(plain)",
            [
                "ListBucket on arn:aws:s3:eu-west-1:123456789012:accesspoint/door if in/*",
                "GetObject on arn:aws:s3:eu-west-1:123456789012:accesspoint/door/object/in/*",
            ]
        ),
        (
            "s3://b--use1-az4--x-s3/in/ ./dir --source-region us-east-1 --preserve acl",
            ["s3express:CreateSession on arn:aws:s3express:us-east-1:*:bucket/b--use1-az4--x-s3 if ReadOnly"]
        ),
        ("./dir s3://b/", []),
    ])
    func ofSources(line: String, statements: [String]) throws {
        #expect(lines(try policies(line).source) == statements)
    }

    @Test(arguments: [
        (
            "./dir s3://b/out \(plain)",
            [
                "ListBucket on b if out/*",
                "GetObject GetObjectVersion PutObject AbortMultipartUpload on b/out/*",
            ]
        ),
        (
            "./dir s3://b --no-preserve lock",
            [
                "ListBucketMultipartUploads ListBucket on b",
                "GetObject GetObjectVersion PutObject ListMultipartUploadParts AbortMultipartUpload on b/*",
            ]
        ),
        (
            "./dir s3://b \(plain.replacing("tags,", with: "")) --preserve tags",
            [
                "ListBucket on b",
                "GetObject GetObjectVersion GetObjectTagging PutObject PutObjectTagging AbortMultipartUpload on b/*",
            ]
        ),
        (
            "./dir s3://b/out/ \(plain) --for sync --create-bucket",
            [
                "CreateBucket on b", "ListBucket on b if out/*",
                "GetObject GetObjectVersion PutObject AbortMultipartUpload DeleteObject on b/out/*",
            ]
        ),
        (
            "s3://a/in/ s3://b/out/ \(plain) --all-versions",
            [
                "GetBucketVersioning on b", "ListBucket ListBucketVersions on b if out/*",
                "GetObject GetObjectVersion PutObject AbortMultipartUpload DeleteObject on b/out/*",
            ]
        ),
        ("./dir s3://b/out/ \(plain) --for check", ["ListBucket on b if out/*", "GetObject on b/out/*"]),
        ("./dir s3://b/out/ \(plain) --dry-run", ["ListBucket on b if out/*", "GetObject on b/out/*"]),
        (
            "./dir s3://b/out/ \(plain) --no-traverse",
            ["ListBucket on b", "GetObject GetObjectVersion PutObject AbortMultipartUpload on b/out/*"]
        ),
        (
            "./dir s3://b/out/ \(plain) --s3-acl private",
            [
                "ListBucket on b if out/*",
                "GetObject GetObjectVersion PutObject PutObjectAcl AbortMultipartUpload on b/out/*",
            ]
        ),
        (
            "s3://a/ s3://b/out/ --no-preserve tags,metadata --no-journal --preserve acl",
            [
                "GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketAcl on b",
                "ListBucket on b if out/*",
                "GetObject GetObjectVersion GetObjectAcl PutObject PutObjectAcl PutObjectRetention PutObjectLegalHold "
                    + "AbortMultipartUpload on b/out/*",
            ]
        ),
        (
            "./dir s3://b/out/ \(plain) --sse aws:kms --s3-sse-kms-key-id 12-34",
            [
                "ListBucket on b if out/*",
                "GetObject GetObjectVersion PutObject AbortMultipartUpload on b/out/*",
                "kms:Decrypt kms:GenerateDataKey on arn:aws:kms:eu-west-1:*:key/12-34",
            ]
        ),
        (
            "./dir s3://b/out/ --no-preserve tags,lock --keep-undo",
            [
                "GetBucketVersioning ListBucketMultipartUploads on b", "ListBucket on b if out/*",
                "GetObject GetObjectVersion PutObject ListMultipartUploadParts AbortMultipartUpload on b/out/*",
                "GetObject PutObject AbortMultipartUpload on b/.godwit-trash/*",
            ]
        ),
        (
            "./dir s3://b/out/ \(plain) --backup-dir s3://old/x --lock s3://locks/one",
            [
                "ListBucket on b if out/*",
                "GetObject GetObjectVersion PutObject AbortMultipartUpload on b/out/*",
                "GetObject PutObject AbortMultipartUpload on old/x/*",
                "GetObject PutObject DeleteObject on locks/one",
            ]
        ),
        (
            "./dir s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/door/out/ \(plain)",
            [
                "ListBucket on arn:aws:s3:eu-west-1:123456789012:accesspoint/door if out/*",
                "GetObject GetObjectVersion PutObject AbortMultipartUpload on "
                    + "arn:aws:s3:eu-west-1:123456789012:accesspoint/door/object/out/*",
            ]
        ),
        (
            "./dir s3://b--euw1-az1--x-s3/out/ --create-bucket --lock s3://b--euw1-az1--x-s3/lock --keep-undo",
            [
                "s3express:CreateBucket s3express:CreateSession on "
                    + "arn:aws:s3express:eu-west-1:*:bucket/b--euw1-az1--x-s3"
            ]
        ),
        ("s3://a/ ./dir", []),
    ])
    func ofTargets(line: String, statements: [String]) throws {
        #expect(lines(try policies(line).target) == statements)
    }

    @Test func namesBeginWithThePartition() throws {
        let policy = try policies("./dir s3://b/ --region us-gov-west-1 \(Self.plain)").target
        #expect(policy.statements.map(\.resources) == [["arn:aws-us-gov:s3:::b"], ["arn:aws-us-gov:s3:::b/*"]])
        let china = try policies("./dir s3://b/ --region cn-north-1 --sse aws:kms --s3-sse-kms-key-id k").target
        #expect(china.statements.last?.resources == ["arn:aws-cn:kms:cn-north-1:*:key/k"])
    }

    @Test func whoeverSignsInTheSameWayHasOnePolicy() throws {
        #expect(try policies("s3://a/ s3://b/").isOne)
        #expect(try !policies("s3://a/ s3://b/ --source-profile other").isOne)
        #expect(try !policies("s3://a/ s3://b/ --source-endpoint-url http://127.0.0.1:1").isOne)
    }

    @Test func flagsOfOtherCommandsAreRefused() {
        #expect(throws: (any Error).self) { try PolicyCommand.parse(["./dir", "s3://b/", "--delete-before"]) }
        #expect(throws: (any Error).self) { try policies("./dir s3:///x") }
        #expect(throws: (any Error).self) { try policies("./dir s3://arn:aws:s3:::bucket/x") }
    }

    @Test func asIAMTakesIt() throws {
        let words = "s3://a/in/ ./dir \(Self.plain)".split(separator: " ").map(String.init)
        let policy = try policies(PolicyCommand.parse(words)).source
        #expect(
            String(decoding: PolicyText.pretty(policy), as: UTF8.self) == """
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": [
                                "s3:ListBucket"
                            ],
                            "Resource": [
                                "arn:aws:s3:::a"
                            ],
                            "Condition": {
                                "StringLike": {
                                    "s3:prefix": "in/*"
                                }
                            }
                        },
                        {
                            "Effect": "Allow",
                            "Action": [
                                "s3:GetObject"
                            ],
                            "Resource": [
                                "arn:aws:s3:::a/in/*"
                            ]
                        }
                    ]
                }

                """)
    }
}
