// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// A bucket that keeps versions.
func versioned(
    _ store: MemoryStore = MemoryStore(containers: ["memory"]), _ container: String = "memory",
    _ configure: (inout MemoryOptions) -> Void = { _ in }
) -> MemoryBackend {
    bucket(store, container: container, pageSize: 5) {
        $0.keepsVersions = true
        configure(&$0)
    }
}

/// One event of a key's history: what was written, or (without content) that it was deleted.
struct Happening: Hashable {
    var content: [UInt8]?
    var metadata = ObjectMetadata()
}

enum Histories {
    /// Keys with one to six versions and delete markers each; `a` and what is under `d/` are always among them.
    static func make(seed: UInt64, in backend: any Backend) async throws {
        var random = SeededRandom(seed: seed)
        for key in ["a", "d/b", "d/c", "d-", "d!/x", "e\u{301}", "\u{e9}", "only marker", "d/"].map(ObjectKey.init) {
            if key == ObjectKey("only marker") {
                _ = try await backend.delete([Deletion(key: key)])
                continue
            }
            for number in 0..<Int.random(in: 1...6, using: &random) {
                if number > 0, Int.random(in: 0..<4, using: &random) == 0 {
                    _ = try await backend.delete([Deletion(key: key)])
                    continue
                }
                var metadata = ObjectMetadata(
                    contentType: "text/\(number)", user: [.init(name: "n", value: "\(number)")])
                if Bool.random(using: &random) { metadata.tags = [.init(name: "t", value: "\(number)")] }
                // Few bytes, so that the same content comes again.
                let content = random.bytes(Int.random(in: 0...2, using: &random)).map { $0 & 1 }
                try await backend.put(
                    content, at: key, WriteOptions(metadata: metadata, modified: Timestamp(seconds: 5)))
            }
        }
    }
}

extension Backend {
    /// All histories, the oldest version of each first.
    func histories() async throws -> [ObjectKey: [Entry]] {
        var request = ListRequest(prefix: .root, order: capabilities.listingOrders[0])
        request.versions = .all
        let listing = list(request)
        var histories: [ObjectKey: [Entry]] = [:]
        while let page = try await listing.next() {
            for entry in page.entries { histories[entry.key, default: []].insert(entry, at: 0) }
        }
        return histories
    }

    /// The same as what happened, without what tells of copies.
    func happenings() async throws -> [ObjectKey: [Happening]] {
        var happenings: [ObjectKey: [Happening]] = [:]
        for (key, versions) in try await histories() {
            for version in versions {
                guard version.kind == .object else {
                    happenings[key, default: []].append(Happening())
                    continue
                }
                let buffer = PartBuffer(capacity: Int(version.size))
                let read = try await read(key, ReadOptions(version: version.version), into: buffer)
                var metadata = read.metadata ?? ObjectMetadata()
                metadata.set(ObjectMetadata.sourceVersionName, nil)
                happenings[key, default: []].append(Happening(content: buffer.array, metadata: metadata))
            }
        }
        return happenings
    }
}
