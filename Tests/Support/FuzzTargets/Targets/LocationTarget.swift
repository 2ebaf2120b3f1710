// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

@testable import Settings

/// Locations and connection strings: what is shown reads as what was read, and shows no secret.
enum LocationTarget: FuzzTarget {
    static let name = "location"
    static let lengthMax = 256

    static let seeds = [
        ":s3,endpoint=http://127.0.0.1:9000,access_key_id=K,secret_access_key=\"a,b:\"\"c\",region=R:bucket/pre/x",
        "name:bucket/prefix", "name,acl='x y':b", "s3://bucket/k", "file:///a%20b", "./a:b", "/dir", ":local:/dir",
        ":memory:", ":s3,env_auth,endpoint=https://[::1]:443/:b",
    ]

    static let dictionary = [
        ":", ",", "=", "\"", "\"\"", "'", "/", "s3://", "file://", "http://", "https://[", "]:80", "secret_access_key=",
        "\u{301}", "%2F", "%00", "-", " ",
    ]

    static func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        guard let location = try? LocationParser.parse(text) else { return }
        let shown = location.description
        let options: [RemoteOption] =
            switch location.remote {
            case .named(_, let options), .described(_, let options): options
            case .local, .aws: []
            }
        for option in options where option.isSecret && option.value.utf8.count >= 8 {
            let elsewhere = options.contains { !$0.isSecret && $0.value.contains(option.value) }
            let isKnown = elsewhere || location.path.contains(option.value)
            try require(isKnown || !shown.contains(option.value), "a secret is shown in \(shown)")
        }
        let visible = Location(remote: without(secrets: location.remote), path: location.path)
        // A file URL may hold a path that is written otherwise as a location.
        if case .local = location.remote, text.hasPrefix("file:") { return }
        let again: Location
        do { again = try LocationParser.parse(shown) } catch {
            throw Finding("\(text.debugDescription) shows as \(shown.debugDescription), which cannot be read: \(error)")
        }
        try require(again == visible, "\(text.debugDescription) shows as \(shown.debugDescription), which is another")
    }

    private static func without(secrets remote: RemoteReference) -> RemoteReference {
        switch remote {
        case .local, .aws: remote
        case .named(let name, let options): .named(name, options.filter { !$0.isSecret })
        case .described(let type, let options): .described(type: type, options.filter { !$0.isSecret })
        }
    }
}
