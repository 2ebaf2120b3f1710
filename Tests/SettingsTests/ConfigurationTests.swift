// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import Testing

@testable import Settings

@Suite struct ConfigurationTests {
    private func configuration(_ text: String, _ environment: [String: String] = [:]) throws -> Configuration {
        let place = ConfigurationPlace(path: "x.conf", isWritable: true, mustExist: true)
        return Configuration(try ConfigurationFile(text, path: "x.conf"), place: place, environment: environment)
    }

    private func resolve(
        _ location: String, _ text: String, _ environment: [String: String] = [:], flags: [String: String] = [:]
    ) throws -> ResolvedLocation {
        try configuration(text, environment).resolve(try LocationParser.parse(location), overrides: flags)
    }

    private func message(_ location: String, _ text: String, _ environment: [String: String] = [:]) -> String {
        do {
            _ = try resolve(location, text, environment)
            return ""
        } catch {
            return "\(error)"
        }
    }

    private static let text = """
        [ceph]
        type = s3
        provider = Ceph
        secret_access_key = hush
        some_future_option = 1
        [work]
        type = alias
        remote = ceph:bucket/work
        [deep]
        type = alias
        remote = work:deep/
        [disk]
        type = alias
        remote = /srv/data
        [round]
        type = alias
        remote = trip:
        [trip]
        type = alias
        remote = round:x
        [box]
        type = dropbox
        [nothing]
        """

    @Test func remotesAreFoundAndAliasesFollowed() throws {
        let plain = try resolve("ceph:b/k/", Self.text)
        #expect(plain.settings.kind == .s3 && plain.settings["provider"] == "Ceph")
        #expect(plain.containerAndKey == ("b", ObjectKey("k/")))
        #expect(plain.hasTrailingSlash)
        let deep = try resolve("deep:a//b", Self.text)
        #expect(deep.settings == plain.settings)
        #expect(deep.path == "bucket/work/deep/a//b")
        #expect(deep.display == "deep:a//b")
        #expect(try resolve("work:", Self.text).path == "bucket/work/")
        #expect(try resolve("disk:a", Self.text).path == "/srv/data/a")
        #expect(try resolve("disk:a", Self.text).settings.kind == .local)
        #expect(try resolve("ceph:/b", Self.text).containerAndKey == ("b", .root))
        #expect(try resolve("s3://b//k", "").containerAndKey == ("b", ObjectKey("/k")))
        #expect(try resolve(":local:", "").path == ".")
    }

    @Test func errorsSayWhatIsThere() {
        #expect(message("round:", Self.text).contains("round -> trip -> round"))
        #expect(message("box:", Self.text).contains("\"dropbox\" are not supported"))
        #expect(message("box:", Self.text).contains("alias, local, memory, s3"))
        #expect(message("nothing:", Self.text).contains("has no type"))
        #expect(message("cehp:b", Self.text).contains("did you mean ceph?"))
        #expect(message("x:", "").contains("there are none"))
        #expect(message("disk:../etc", Self.text).contains("out of the alias"))
        #expect(message("ceph,regoin=x:b", Self.text).contains("did you mean region?"))
        #expect(message(":s3,some_future_option=1:b", "").contains("no option"))
        #expect(message(":local,region=x:b", "").contains("no option"))
        #expect(message("a:b", "[a]\ntype = s3\nibm_api_key = hush\n").contains("not supported yet"))
        #expect(message("a:b", "[a]\ntype = alias\n").contains("no remote"))
        #expect(!message("a:b", "[a]\ntype = s3\nsse_customer_key = hush\n").contains("hush"))
    }

    @Test func theEnvironmentOverrides() throws {
        let environment = [
            "RCLONE_CONFIG_CEPH_REGION": "one", "RCLONE_CONFIG_CEPH_ACL": "private", "GODWIT_CONFIG_CEPH_REGION": "two",
            "RCLONE_CONFIG_MY_OWN_TYPE": "memory",
        ]
        let ceph = try resolve("ceph,acl=public-read:b", Self.text, environment).settings
        #expect(ceph["region"] == "two")
        #expect(ceph["acl"] == "public-read")
        #expect(try resolve("my-own:x", "", environment).settings.kind == .memory)
        #expect(try configuration("[a]\n", environment).remotes == ["a", "my_own"])
        #expect(message("ceph:", Self.text, ["GODWIT_CONFIG_CEPH_REGOIN": "x"]).contains("GODWIT_CONFIG_CEPH_REGION"))
        #expect(message("ceph:", Self.text, ["GODWIT_CONFIG_CEPH_TWO_REGION": "x"]).isEmpty)
    }

    @Test func flagsOverrideStoresOnly() throws {
        #expect(try resolve("ceph:b", Self.text, flags: ["provider": "AWS"]).settings["provider"] == "AWS")
        #expect(try resolve("disk:b", Self.text, flags: ["provider": "AWS"]).settings["provider"] == nil)
        #expect(throws: StorageError.self) { try resolve("ceph:b", Self.text, flags: ["regoin": "x"]) }
    }

    @Test func valuesAreTyped() throws {
        let options = ["env_auth": "yes", "list_chunk": "500", "chunk_size": "16384", "force_path_style": "unset"]
        let settings = RemoteSettings(kind: .s3, name: "a", options: options.map { RemoteOption($0, $1) })
        #expect(try settings.flag("env_auth") == true)
        #expect(try settings.flag("force_path_style") == nil)
        #expect(try settings.number("list_chunk", in: 1...1000) == 500)
        #expect(throws: StorageError.self) { try settings.number("list_chunk", in: 1...10) }
        #expect(throws: StorageError.self) { try settings.flag("chunk_size") }
        #expect(try settings.size("chunk_size") == 16 << 20)
    }

    @Test func oneOfSeveralWordsIsChosen() throws {
        enum Word: String, CaseIterable { case one, two }
        func word(_ text: String?) throws -> Word? {
            let options = text.map { [RemoteOption("acl", $0)] } ?? []
            return try RemoteSettings(kind: .s3, name: "a", options: options).choice("acl", of: Word.self)
        }
        #expect(try word("two") == .two && word("One") == .one && word(nil) == nil)
        let error = #expect(throws: StorageError.self) { try word("three") }
        #expect(error?.message == "the option acl is \"three\"" && error?.advice == "it may be one, two")
    }

    @Test func theWayOfSendingIsAnOptionEverywhere() throws {
        #expect(try resolve("ceph,payload_mode=chunked:b", Self.text).settings["payload_mode"] == "chunked")
        let environment = ["GODWIT_CONFIG_CEPH_PAYLOAD_MODE": "signed"]
        #expect(try resolve("ceph:b", Self.text, environment).settings["payload_mode"] == "signed")
    }

    @Test func nothingShowsASecret() throws {
        let settings = try resolve("ceph:b", Self.text).settings
        #expect("\(settings)".contains("secret_access_key = (secret)"))
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!"\(settings)\(String(reflecting: settings))\(dumped)".contains("hush"))
        #expect(settings["secret_access_key"] == "hush")
    }

    @Test func filesAreSearchedInOrder() throws {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        func make(_ path: String, _ text: String) throws -> String {
            let url = home.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
            return url.path
        }
        var environment = ["HOME": home.path]
        func remotes(_ named: String? = nil) throws -> [String] {
            try Configuration.load(named, environment: environment).remotes
        }
        #expect(try remotes() == [])
        _ = try make(".config/rclone/rclone.conf", "[rclone]\n")
        #expect(try remotes() == ["rclone"])
        #expect(try !Configuration.load(nil, environment: environment).place.isWritable)
        var writing = try Configuration.load(nil, environment: environment, forWriting: true)
        #expect(writing.remotes == [])
        try writing.write { file throws(StorageError) in try file.set("own", [RemoteOption("type", "local")]) }
        #expect(try remotes() == ["own"])
        let own = home.appendingPathComponent(".config/godwit/godwit.conf").path
        let mode = try FileManager.default.attributesOfItem(atPath: own)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        environment["XDG_CONFIG_HOME"] = home.appendingPathComponent("xdg").path
        _ = try make("xdg/godwit/godwit.conf", "[xdg]\n")
        #expect(try remotes() == ["xdg"])
        environment["GODWIT_CONFIG"] = home.appendingPathComponent("absent").path
        #expect(try remotes() == [])
        environment["GODWIT_CONFIG"] = try make("env.conf", "[env]\n")
        #expect(try remotes() == ["env"])
        #expect(try remotes(try make("named.conf", "[named]\n")) == ["named"])
        #expect(throws: StorageError.self) { try remotes(home.appendingPathComponent("absent").path) }
        #expect(throws: StorageError.self) { try remotes(home.path) }
        let fresh = home.appendingPathComponent("new/dir/x.conf").path
        var added = try Configuration.load(fresh, environment: environment, forWriting: true)
        try added.write { file throws(StorageError) in try file.set("a", [RemoteOption("type", "local")]) }
        #expect(try remotes(fresh) == ["a"])
    }

    @Test func aLinkedFileStaysALink() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let real = directory.appendingPathComponent("real.conf"), link = directory.appendingPathComponent("link.conf")
        try Data("[a]\n".utf8).write(to: real)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: real)
        var configuration = try Configuration.load(link.path, environment: [:], forWriting: true)
        try configuration.write { file throws(StorageError) in _ = file.remove("a") }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == real.path)
        #expect(try String(contentsOf: real, encoding: .utf8) == "")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 2)
    }
}
