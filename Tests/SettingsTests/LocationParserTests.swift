// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import Settings

@Suite struct LocationParserTests {
    @Test(arguments: ["dir", "./dir", "/dir/", ".", "./a:b", "/x:y", "a/b:c", "a,b", "~x", "dir/", "é"])
    func pathsAreLocal(_ text: String) throws {
        #expect(try LocationParser.parse(text) == Location(remote: .local, path: text))
    }

    @Test(
        arguments: [
            ("file:///dir/a%20b%25", .local, "/dir/a b%"), ("file://localhost/x", .local, "/x"),
            ("s3://bucket/pre/fix", .aws, "bucket/pre/fix"), ("s3://b//x/", .aws, "b//x/"), ("s3://", .aws, ""),
            ("NAME:bucket/a:b", .named("NAME", []), "bucket/a:b"), ("x:", .named("x", []), ""),
            ("my remote.1+@_-:p", .named("my remote.1+@_-", []), "p"), ("é:p", .named("é", []), "p"),
            ("c:\u{301}x", .named("c", []), "\u{301}x"),
            (":local:/dir", .described(type: "local", []), "/dir"), (":memory:x", .described(type: "memory", []), "x"),
            ("r,a=b,c:p", .named("r", [RemoteOption("a", "b"), RemoteOption("c", "true")]), "p"),
            (":s3,a=,b=x y:p", .described(type: "s3", [RemoteOption("a", ""), RemoteOption("b", "x y")]), "p"),
            (
                ":s3,endpoint=\"http://h:1,2\",k='it''s \"',q=\"a\"\"b\":p",
                .described(
                    type: "s3",
                    [RemoteOption("endpoint", "http://h:1,2"), RemoteOption("k", "it's \""), RemoteOption("q", "a\"b")]),
                "p"
            ),
            (
                ":s3,endpoint=http://127.0.0.1:8333,region=r:b",
                .described(
                    type: "s3", [RemoteOption("endpoint", "http://127.0.0.1:8333"), RemoteOption("region", "r")]), "b"
            ),
            (
                ":s3,endpoint=https://h:b/c:d", .described(type: "s3", [RemoteOption("endpoint", "https://h")]), "b/c:d"
            ),
            (
                ":s3,endpoint=http://[::1]:9000/x:b/k",
                .described(type: "s3", [RemoteOption("endpoint", "http://[::1]:9000/x")]), "b/k"
            ),
        ] as [(String, RemoteReference, String)])
    func readsEveryForm(_ text: String, _ remote: RemoteReference, _ path: String) throws {
        #expect(try LocationParser.parse(text) == Location(remote: remote, path: path))
    }

    @Test(arguments: [
        "", ":", "::x", ":s3", ":/x", "a*b:c", "-x:y", "a :b", ":s3,a=b", "r,a=\"b:c", "r,a=\"b\"c:d",
        "r,=b:c", "r,a-b=c:d", "a,b/c:d", "file://host/x", "file:///%zz", "file:///%00", "a\0b", "r,:p",
    ])
    func refusesWhatHasNoMeaning(_ text: String) {
        #expect(throws: StorageError.self) { try LocationParser.parse(text) }
    }

    @Test func errorsAndDescriptionsShowNoSecret() throws {
        let text = ":s3,access_key_id=K,secret_access_key=\"hush:hush\",endpoint=\"http://h:1\":b/k"
        let location = try LocationParser.parse(text)
        #expect("\(location)" == ":s3,access_key_id=K,endpoint=\"http://h:1\":b/k")
        #expect(try LocationParser.parse("\(location)").path == "b/k")
        #expect(!"\(location.remote)".contains("hush"))
        var dumped = ""
        dump(location, to: &dumped)
        #expect(!dumped.contains("hush"))
        for broken in [":s3,secret_access_key=hush", "x!,secret_access_key=hush:p", "r,secret_access_key=\"hush:p"] {
            do {
                _ = try LocationParser.parse(broken)
                Issue.record("\(broken) was read")
            } catch {
                #expect(!"\(error)".contains("hush"), "\(error)")
            }
        }
    }

    @Test("A location is shown so that it reads the same, whatever the scalars combine to")
    func showsQuotes() throws {
        for value in ["\"\u{301}", "a,\u{301}", "'\u{301}b", ":\u{301}", "x\"y"] {
            let location = Location(remote: .named("n", [RemoteOption("acl", value)]), path: "b/k")
            #expect(try LocationParser.parse("\(location)") == location, "\(location)")
        }
    }
}
