// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// What an object has beside its bytes.
    static let carried = [
        Feature("system headers", systemHeaders),
        Feature("user metadata") { try await userMetadata($0, ["colour": "blue sky", "a-b": "1; x=\"y\", z"]) },
        Feature("user metadata with `_` in its names", underscores),
        Feature("user metadata beyond ASCII") { try await userMetadata($0, ["place": "Malmö, 日本"]) },
        Feature("modification times, to the nanosecond", times),
        Feature("tags", tags),
        Feature("a HEAD tells how many tags there are", tagCount),
        Feature("tags of uploads in parts", tagsOfUploads),
        Feature("tags on copies, the source's or others", tagsOfCopies),
        Feature("other tags for an object", otherTags),
        Feature("storage classes", storageClasses),
        Feature("archived objects are restored", archives),
        Feature("access lists", accessLists),
        Feature("object lock: retention", retention),
        Feature("object lock: legal hold", legalHold),
        Feature("redirects of websites", redirects),
    ]

    private static func fields(_ fields: [String: String]) -> [ObjectMetadata.UserField] {
        fields.map { .init(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }

    private static func systemHeaders(_ scene: FeatureScene) async throws -> FeatureOutcome {
        var metadata = ObjectMetadata(contentType: "text/x-test; charset=utf-8")
        metadata.cacheControl = "max-age=60"
        metadata.contentDisposition = "attachment; filename=\"a b\""
        metadata.contentEncoding = "x-b"
        metadata.contentLanguage = "de"
        metadata.expires = "Tue, 01 Jan 2030 00:00:00 GMT"
        let backend = scene.backend()
        try await backend.put([1], at: scene.key("whole"), WriteOptions(metadata: metadata))
        try await scene.upload([[1]], to: scene.key("parts"), of: backend, WriteOptions(metadata: metadata))
        for entry in try await scene.entries(backend) {
            let found = try await backend.stat(entry.key, version: nil).metadata
            try expectEqual(found?.contentType, metadata.contentType, "Content-Type of \(entry.key)")
            try expectEqual(found?.cacheControl, metadata.cacheControl, "Cache-Control of \(entry.key)")
            try expectEqual(
                found?.contentDisposition, metadata.contentDisposition, "Content-Disposition of \(entry.key)")
            try expectEqual(found?.contentEncoding, metadata.contentEncoding, "Content-Encoding of \(entry.key)")
            try expectEqual(found?.contentLanguage, metadata.contentLanguage, "Content-Language of \(entry.key)")
            try expectEqual(found?.expires, metadata.expires, "Expires of \(entry.key)")
        }
        return .proven
    }

    private static func userMetadata(
        _ scene: FeatureScene, _ wanted: [String: String]
    ) async throws -> FeatureOutcome {
        let backend = scene.backend(), options = WriteOptions(metadata: ObjectMetadata(user: fields(wanted)))
        try await backend.put([1], at: scene.key("whole"), options)
        try await scene.upload([[1]], to: scene.key("parts"), of: backend, options)
        for entry in try await scene.entries(backend) {
            let found = try await backend.stat(entry.key, version: nil).metadata?.user
            try expectEqual(found, options.metadata.user, "user metadata of \(entry.key)")
        }
        return .proven
    }

    private static func underscores(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let options = WriteOptions(metadata: ObjectMetadata(user: fields(["a_b": "1"])))
        try await scene.backend().put([1], at: scene.key("object"), options)
        let found = try await scene.backend().stat(scene.key("object"), version: nil).metadata?.user
        return found == options.metadata.user ? .proven : .ignored
    }

    private static func times(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object")
        let first = Timestamp(seconds: -5, nanoseconds: 123_456_789), second = Timestamp(seconds: 1_000_000_000)
        var metadata = ObjectMetadata(user: fields(["a": "1"]))
        metadata.tags = tagsMeant
        try await backend.put([1], at: key, WriteOptions(metadata: metadata, modified: first))
        let entry = try await backend.stat(key, version: nil)
        try expectEqual(entry.modified, first, "the time")
        try await backend.setModified(second, of: entry)
        let after = try await backend.stat(key, version: nil)
        try expectEqual(after.modified, second, "the time that was set")
        try expectEqual(after.metadata?.user, metadata.user, "the metadata")
        try expectEqual(try await tags(of: key, backend), tagsMeant, "the tags")
        return .proven
    }

    // MARK: Tags

    private static let tagsMeant = fields(["k": "v w", "z": "1+=/@"])

    private static func tagged() -> WriteOptions {
        var metadata = ObjectMetadata()
        metadata.tags = tagsMeant
        return WriteOptions(metadata: metadata)
    }

    private static func tags(of key: ObjectKey, _ backend: S3Backend) async throws -> [ObjectMetadata.UserField] {
        let entry = try await backend.stat(key, version: nil)
        return try await backend.attributes(of: entry, .tags).tags
    }

    private static func tags(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object")
        try await backend.put([1], at: key, tagged())
        try expectEqual(try await tags(of: key, backend), tagsMeant, "the tags")
        return .proven
    }

    private static func tagCount(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object")
        try await backend.put([1], at: key, tagged())
        let count = try await backend.stat(key, version: nil).metadata?.tagCount
        try expectEqual(count, backend.capabilities.countsTags ? 2 : nil, "how many tags the store tells of")
        return count == nil ? .ignored : .proven
    }

    private static func tagsOfUploads(_ scene: FeatureScene) async throws -> FeatureOutcome {
        func arrive(_ backend: S3Backend, _ name: String) async throws -> Bool {
            try await scene.upload([[1]], to: scene.key(name), of: backend, tagged())
            return try await tags(of: scene.key(name), backend) == tagsMeant
        }
        try expect(try await arrive(scene.backend(), "object"), "there are other tags")
        if scene.provider.tagsUploads { return .proven }
        let isOwn = try await arrive(scene.backend { $0.provider.tagsUploads = true }, "claimed")
        try expect(!isOwn, "the upload's tags arrive, and the provider's data say that they do not")
        return .byGodwit
    }

    private static func tagsOfCopies(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let key = scene.key("object"), others = fields(["other": "2"])
        try await scene.backend().put([1], at: key, tagged())
        /// Whether copies with the source's metadata and with others have the tags that they should.
        func isHonoured(_ backend: S3Backend, _ name: String) async throws -> Bool {
            let source = backend.copySource(try await backend.stat(key, version: nil))
            for replacesMetadata in [false, true] {
                for (index, wanted) in [nil, others, []].enumerated() {
                    let copy = scene.key("\(name) \(replacesMetadata) \(index)")
                    var options = WriteOptions(replacesMetadata: replacesMetadata)
                    options.replacesTags = wanted != nil
                    options.metadata.tags = wanted ?? []
                    _ = try await backend.copy(source, to: copy, options)
                    guard try await tags(of: copy, backend) == wanted ?? tagsMeant else { return false }
                }
            }
            return true
        }
        try expect(try await isHonoured(scene.backend(), "copy"), "a copy has other tags")
        if scene.provider.copiesTags { return .proven }
        let isOwn = try await isHonoured(scene.backend { $0.provider.copiesTags = true }, "claimed")
        try expect(!isOwn, "copies have their tags, and the provider's data say that they do not")
        return .byGodwit
    }

    private static func otherTags(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object")
        try await backend.put([1], at: key, tagged())
        var metadata = ObjectMetadata()
        metadata.tags = fields(["n": "2"])
        let entry = try await backend.stat(key, version: nil)
        try await backend.setAttributes(.tags, of: entry, to: metadata, modified: nil)
        try expectEqual(try await tags(of: key, backend), metadata.tags, "the tags that were set")
        return .proven
    }

    // MARK: What a bucket may not keep

    private static func storageClasses(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object"), wanted = "STANDARD_IA"
        guard backend.capabilities.storageClasses.contains(wanted) else {
            return try await refusal(.unsupported, .invalidConfiguration, .unexpected) {
                try await backend.put([1], at: key, WriteOptions(storageClass: wanted))
            }
        }
        try await backend.put([1], at: key, WriteOptions(storageClass: wanted))
        try await scene.upload([[1]], to: scene.key("parts"), of: backend, WriteOptions(storageClass: wanted))
        for entry in try await scene.entries(backend) {
            try expectEqual(entry.storageClass, wanted, "the class of \(entry.key) in a listing")
            try expectEqual(try await backend.stat(entry.key, version: nil).storageClass, wanted, "the class")
        }
        return .proven
    }

    /// What is archived cannot be read, is asked for, and can be read once it is restored.
    private static func archives(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object"), wanted = "GLACIER"
        guard backend.capabilities.archiveClasses.contains(wanted) else {
            try await backend.put([1], at: key)
            let entry = try await backend.stat(key, version: nil)
            do throws(StorageError) {
                _ = try await backend.restore(entry, RestoreRequest(days: 1))
                return .ignored
            } catch {
                try expect(!error.isTransient, "not refused but: \(error)")
                return .refused(error)
            }
        }
        try await backend.put([1], at: key, WriteOptions(storageClass: wanted))
        var entry = try await backend.stat(key, version: nil)
        try expectEqual(entry.archive, .archived, "the state")
        try await expectError(.archived, during: "a read of what is archived") { try await backend.get(key) }
        _ = try await backend.restore(entry, RestoreRequest(days: 1))
        for _ in 0..<150 {
            entry = try await backend.stat(key, version: nil)
            if case .restored = entry.archive { break }
            try await Task.sleep(for: .milliseconds(200))
        }
        try expectEqual(try await backend.get(key), [1], "the restored object")
        return .proven
    }

    private static func accessLists(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object")
        // Where it is to be had, the owner of the bucket leaves access to its objects' lists.
        try? await backend.configure(
            "ownershipControls",
            "<OwnershipControls xmlns=\"\(S3Connection.namespace)\"><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership>"
                + "</Rule></OwnershipControls>")
        var options = WriteOptions()
        options.metadata.access = AccessList(grants: [
            .init(.group("http://acs.amazonaws.com/groups/global/AllUsers"), "READ")
        ])
        let isKept = try await backend.keptAttributes(of: .access) == .access
        do {
            try await backend.put([1], at: key, options)
            let entry = try await backend.stat(key, version: nil)
            let found = try await backend.attributes(of: entry, .access).access
            let isFound = found?.grants.contains(options.metadata.access?.grants[0] ?? .init(.account(""), "")) ?? false
            try expectEqual(isFound, isKept, "the access list is there")
            return isFound ? .proven : .ignored
        } catch let error as StorageError {
            try expect(!isKept && !error.isTransient, "not kept: \(error)")
            return .refused(error)
        }
    }

    private static func retention(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let end = Timestamp(seconds: SystemClock.now().seconds + 3600)
        return try await lock(scene, ObjectLock(mode: .governance, retainUntil: end))
    }

    private static func legalHold(_ scene: FeatureScene) async throws -> FeatureOutcome {
        try await lock(scene, ObjectLock(hasLegalHold: true))
    }

    private static func lock(_ scene: FeatureScene, _ lock: ObjectLock) async throws -> FeatureOutcome {
        if let problem = scene.lockProblem { return .refused(problem) }
        let plain = scene.backend(), backend = scene.backend(in: .locked), key = scene.key("object")
        try expectEqual(try await plain.keptAttributes(of: .lock), [], "what a bucket without locks keeps")
        try expectEqual(try await backend.keptAttributes(of: .lock), .lock, "what a bucket with locks keeps")
        var options = WriteOptions()
        options.metadata.lock = lock
        try await backend.put([1], at: key, options)
        let entry = try await backend.stat(key, version: nil)
        try expectEqual(entry.metadata?.lock, lock, "the lock")
        let outcome = try await backend.delete([Deletion(key: key, version: entry.version)])[0]
        try expect(
            outcome.error?.kind == .permissionDenied,
            "a locked version is deleted: \(String(describing: outcome.error))")
        try expectEqual(try await backend.get(key), [1], "the locked object")
        return .proven
    }

    private static func redirects(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(in: .versioned), key = scene.key("object")
        try? await backend.configure(
            "website",
            "<WebsiteConfiguration xmlns=\"\(S3Connection.namespace)\"><IndexDocument><Suffix>index.html</Suffix>"
                + "</IndexDocument></WebsiteConfiguration>")
        var options = WriteOptions()
        options.metadata.websiteRedirect = "/there"
        let isKept = try await backend.keptAttributes(of: .redirect) == .redirect
        do {
            try await backend.put([1], at: key, options)
        } catch {
            try expect(!isKept && !error.isTransient, "not kept: \(error)")
            return .refused(error)
        }
        let found = try await backend.stat(key, version: nil).metadata?.websiteRedirect
        // Without a website it has no effect, and some stores keep it all the same.
        try expect(found == "/there" || !isKept, "the redirect is gone")
        return found == "/there" ? .proven : .ignored
    }
}
