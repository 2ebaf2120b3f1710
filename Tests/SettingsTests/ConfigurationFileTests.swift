// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import Settings

@Suite struct ConfigurationFileTests {
    private static let text = """
        # my remotes
        [ceph]
        type = s3
        ; about the keys
        access_key_id = AK
        secret_access_key = a=b # c;d
        endpoint: http://h:8000

        # the alias
        [work]
        type=alias
        remote = ceph:bucket/work

        """

    private func message(_ text: String) -> String {
        do {
            _ = try ConfigurationFile(text, path: "x.conf")
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("What is set is read back as it was set, whatever the scalars combine to")
    func keepsScalars() throws {
        for value in ["\u{301}x", "\u{feff}x", "a\u{301}", "=\u{301}", "x\u{a0}y"] {
            var file = try ConfigurationFile(Self.text, path: "")
            try file.set("ceph", [RemoteOption("type", value)])
            let read = try ConfigurationFile(file.text, path: "")
            #expect(read.options(of: "ceph") == [RemoteOption("type", value)], "\(value.debugDescription)")
        }
    }

    @Test func keepsLineBreaksOfOthers() throws {
        var file = try ConfigurationFile("[a]\r\nb = c\r\n", path: "")
        #expect(file.text == "[a]\r\nb = c\r\n" && file.options(of: "a") == [RemoteOption("b", "c")])
        try file.set("z", [RemoteOption("type", "s3")])
        #expect(file.text.hasPrefix("[a]\r\nb = c\r\n"))
    }

    @Test func readsSectionsAndOptions() throws {
        let file = try ConfigurationFile(
            "\u{feff}" + Self.text.split(separator: "\n").joined(separator: "\r\n"), path: "")
        #expect(file.remotes == ["ceph", "work"])
        #expect(
            file.options(of: "ceph") == [
                RemoteOption("type", "s3"), RemoteOption("access_key_id", "AK"),
                RemoteOption("secret_access_key", "a=b # c;d"), RemoteOption("endpoint", "http://h:8000"),
            ])
        #expect(file.options(of: "nobody") == nil)
        #expect(
            try ConfigurationFile("[a]\nx=1\n[b]\n[a]\nx=2\ny=\n", path: "").options(of: "a") == [
                RemoteOption("x", "2"), RemoteOption("y", ""),
            ])
    }

    @Test func errorsNameTheLine() {
        #expect(message("[a]\n\nnonsense\n").contains("x.conf:3"))
        #expect(message("x = 1\n[a]").contains("x.conf:1"))
        #expect(message("[a\n").contains("x.conf:1"))
        #expect(message("[a]\n= 1\n").contains("x.conf:2"))
        #expect(message("# Encrypted\n\nRCLONE_ENCRYPT_V0:\nabcd\n").contains("encrypted rclone configuration"))
        #expect(message("RCLONE_ENCRYPT_V0:\nabcd\n").contains("rclone config show"))
        #expect(!message("[a]\nsecret_access_key hush\n").contains("hush"))
    }

    @Test func changesLeaveTheRestAlone() throws {
        var file = try ConfigurationFile(Self.text, path: "")
        #expect(file.text == Self.text)
        try file.set(
            "ceph",
            [
                RemoteOption("type", "s3"), RemoteOption("endpoint", "http://h:9000"), RemoteOption("region", "r"),
                RemoteOption("access_key_id", "AK"),
            ])
        #expect(
            file.text == """
                # my remotes
                [ceph]
                type = s3
                ; about the keys
                access_key_id = AK
                endpoint = http://h:9000
                region = r

                # the alias
                [work]
                type=alias
                remote = ceph:bucket/work

                """)
        try file.set("new one", [RemoteOption("type", "local")])
        #expect(file.text.hasSuffix("ceph:bucket/work\n\n[new one]\ntype = local\n"))
        let removed = file.remove("ceph")
        #expect(removed)
        #expect(
            file.text == """
                # my remotes
                # the alias
                [work]
                type=alias
                remote = ceph:bucket/work

                [new one]
                type = local

                """)
        let again = [file.remove("new one"), file.remove("new one")]
        #expect(again == [true, false])
        #expect(file.text.hasSuffix("remote = ceph:bucket/work\n"))
    }

    @Test func refusesToWriteWhatWouldNotBeReadAgain() throws {
        var file = try ConfigurationFile("", path: "")
        #expect(throws: StorageError.self) { try file.set("a]b", []) }
        #expect(throws: StorageError.self) { try file.set("a", [RemoteOption("x", "1\n[b]")]) }
        #expect(throws: StorageError.self) { try file.set("a", [RemoteOption("x y", "1")]) }
        #expect(throws: StorageError.self) { try file.set("a", [RemoteOption("x", " 1")]) }
        #expect(file.text.isEmpty)
    }
}
