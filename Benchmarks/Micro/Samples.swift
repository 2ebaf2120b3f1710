// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Glibc
import Selection
import StorageModel
import SyncEngine

/// What is measured on.
enum Samples {
    /// Keys as buckets have them: long common beginnings.
    static func keys(_ count: Int) -> [ObjectKey] {
        (0..<count).map { ObjectKey("logs/2026/11/\(10 + $0 / 500)/host-\(1000 + $0 % 500)/events.json.gz") }.sorted()
    }

    /// A page as S3 sends it.
    static func listingPage(_ count: Int) -> [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name><Prefix></Prefix>"
        text += "<KeyCount>\(count)</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
        for key in keys(count) {
            text += "<Contents><Key>\(key)</Key><LastModified>2026-11-26T12:00:00.000Z</LastModified>"
            text += "<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>4096</Size>"
            text += "<StorageClass>STANDARD</StorageClass></Contents>"
        }
        return Array((text + "</ListBucketResult>").utf8)
    }

    /// Two stores that hold the same.
    static func pair(_ count: Int) async throws -> (MemoryBackend, MemoryBackend) {
        let backends = (MemoryBackend(), MemoryBackend())
        let content = PartBuffer([1, 2, 3])
        for key in keys(count) {
            _ = try await backends.0.write(content, to: key, WriteOptions())
            _ = try await backends.1.write(content, to: key, WriteOptions())
        }
        return backends
    }

    /// Rules of every kind, of which one includes everything that the others leave.
    static func rules(_ count: Int) -> SelectionDefinition {
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        definition.filter = (1..<count).map { number in
            switch number % 5 {
            case 0: "- /logs/2026/*/1\(number)/**"
            case 1: "- *.bak\(number)"
            case 2: "- {a,b}\(number)/[0-9]*.tmp"
            case 3: "- host-1\(100 + number)/**"
            default: "- {{.*cache-\(number).*}}"
            }
        }
        definition.filter.append("+ **")
        return definition
    }

    static let planHeader = PlanHeader(
        mode: .copy, made: Timestamp(seconds: 0), program: "Micro", source: "a", target: "b", sourceIdentity: "a",
        targetIdentity: "b", arguments: [])

    /// A new directory in TMPDIR.
    static func temporaryDirectory() -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/godwit-micro-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// A directory of `count` files, and `excluded` more below `excluded/`.
    static func tree(_ count: Int, excluded: Int) -> String {
        let root = temporaryDirectory()
        for (directory, count) in [("kept", count), ("excluded", excluded)] {
            precondition(mkdir("\(root)/\(directory)", 0o700) == 0)
            for number in 0..<count {
                let file = creat("\(root)/\(directory)/\(number)", 0o600)
                precondition(file >= 0 && close(file) == 0)
            }
        }
        return root
    }
}
