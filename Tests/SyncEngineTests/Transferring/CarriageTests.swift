// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// What travels with objects beside their bytes, in every way of copying.
@Suite struct CarriageTests {
    enum Way: CaseIterable { case single, parts, serverCopy, serverCopyParts }

    private static let everyone = AccessList.Grant(.group("http://acs.amazonaws.com/groups/global/AllUsers"), "READ")
    private static let account = AccessList.Grant(.account("someone"), "READ")

    private static var full: ObjectMetadata {
        var metadata = ObjectMetadata(contentType: "text/x", user: [.init(name: "a", value: "b")])
        metadata.cacheControl = "no-cache"
        metadata.websiteRedirect = "/there"
        metadata.tags = [.init(name: "k", value: "v")]
        metadata.lock = ObjectLock(
            mode: .governance, retainUntil: Timestamp(seconds: 9_000_000_000), hasLegalHold: true)
        metadata.access = AccessList(grants: [account, everyone])
        return metadata
    }

    /// Copies one object that has everything; gives what the target has then.
    private func copied(
        _ way: Way, keeping kept: Attributes? = nil, classes: Set<String> = ["STANDARD_IA"],
        _ configure: (inout SyncOptions) -> Void = { _ in }
    ) async throws -> (entry: Entry, run: Ran) {
        let store = MemoryStore(containers: ["memory", "other"])
        let isServerSide = way == .serverCopy || way == .serverCopyParts
        let source = bucket(store) { $0.storageClasses = classes }
        let held = bucket(isServerSide ? store : MemoryStore(containers: ["other"]), container: "other") {
            if let kept { $0.attributes = kept }
            $0.storageClasses = classes
        }
        let target: any Backend = isServerSide ? held : AnotherStore(held)
        let content = [UInt8](repeating: 7, count: 3000), key = ObjectKey("a")
        try await source.put(
            content, at: key,
            WriteOptions(metadata: Self.full, modified: Timestamp(seconds: 5), storageClass: "STANDARD_IA"))
        let run = await ran(.copy, source, target) { options in
            options.transferring.preserved.insert(.access)
            if way == .parts { (options.transferring.partSize, options.transferring.uploadCutoff) = (1000, 1000) }
            if way == .serverCopyParts { options.transferring.copyCutoff = 1000 }
            configure(&options)
        }
        #expect(run.isClean)
        #expect(run.report.objects.serverCopied == (isServerSide ? 1 : 0))
        #expect(try await target.get(key) == content)
        return (try await target.stat(key, version: nil), run)
    }

    @Test(arguments: Way.allCases) func everythingTravels(way: Way) async throws {
        let (entry, run) = try await copied(way)
        let isOneStore = way == .serverCopy || way == .serverCopyParts
        var expected = Self.full
        // An account of one store is nobody in another.
        if !isOneStore { expected.access = AccessList(grants: [Self.everyone]) }
        #expect(entry.metadata == expected)
        #expect(entry.modified == Timestamp(seconds: 5))
        #expect(entry.storageClass == "STANDARD_IA")
        #expect(run.report.notKept == (isOneStore ? [:] : ["acl": 1]))
    }

    @Test(arguments: Way.allCases) func whatTheTargetLacksIsToldAndCounted(way: Way) async throws {
        let (entry, run) = try await copied(way, keeping: [.metadata, .times], classes: [])
        var expected = Self.full
        (expected.tags, expected.lock, expected.access, expected.websiteRedirect) = (Self.full.tags, nil, nil, nil)
        // Where the store copies by itself, it keeps what it keeps.
        if way != .serverCopy { expected.tags = [] }
        #expect(entry.metadata == expected)
        var lost = ["acl", "lock", "redirect"]
        if way != .serverCopy { lost.append("tags") }
        if way == .single || way == .parts { lost.append("storage-class") }
        #expect(run.report.notKept == Dictionary(uniqueKeysWithValues: lost.map { ($0, 1) }))
        #expect(Set(run.recorder.outcomes.flatMap(\.lost.names)) == Set(lost))
        #expect(run.recorder.notices.count { $0.contains("does not keep its") } == lost.count)
    }

    @Test(arguments: Way.allCases) func whatIsNotWantedStays(way: Way) async throws {
        let (entry, run) = try await copied(way) { $0.transferring.preserved = [] }
        #expect(entry.metadata == ObjectMetadata())
        #expect(entry.modified == nil && entry.storageClass == nil)
        #expect(run.report.notKept.isEmpty)
    }

    @Test(arguments: Way.allCases) func everyObjectIsGivenWhatIsAskedFor(way: Way) async throws {
        let (entry, _) = try await copied(way) { options in
            options.transferring.fields = [
                .init(name: "cache-control", value: "max-age=1"), .init(name: "n", value: "m"),
                .init(name: "a", value: ""),
            ]
            options.transferring.storageClasses = ["STANDARD_IA": "GLACIER_IR"]
        }
        #expect(entry.metadata?.cacheControl == "max-age=1")
        #expect(entry.metadata?.contentType == "text/x")
        #expect(entry.metadata?.user == [.init(name: "n", value: "m")])
        #expect(entry.metadata?.tags == Self.full.tags)
        #expect(entry.modified == Timestamp(seconds: 5))
        #expect(entry.storageClass == "GLACIER_IR")
    }

    /// A store that hides tags from whoever may not see them is asked once whether it does.
    @Test(arguments: [false, true]) func hiddenTagsAreTold(mayNotSee: Bool) async throws {
        let source = bucket { $0.hidesTags = true }, target = bucket(MemoryStore(containers: ["memory"]))
        try await source.fill(["a": "1", "b": "2", "c": "3"])
        let run = await ran(.copy, mayNotSee ? TagsDenied(source) : source, target)
        #expect(run.isClean && run.report.objects.transferred == 3)
        #expect(run.recorder.notices.count { $0.contains("tags that are not seen") } == (mayNotSee ? 1 : 0))
    }

    /// A file's attributes are not made for the wire: what no header can carry does not fail the file.
    @Test func attributesOfFilesThatCannotBeSentAreLeft() async throws {
        let source = directory(), target = bucket()
        var metadata = ObjectMetadata(user: [.init(name: "fine", value: "x"), .init(name: "not a name", value: "y")])
        metadata.user.append(.init(name: "line", value: "a\nb"))
        try await source.put([1], at: ObjectKey("a"), WriteOptions(metadata: metadata))
        let run = await ran(.copy, source, target)
        #expect(run.isClean && run.report.notKept == ["metadata": 1])
        #expect(try await target.stat(ObjectKey("a"), version: nil).metadata?.user == [.init(name: "fine", value: "x")])
    }
}

/// A store of another name, whose accounts are others.
private final class AnotherStore: WrappedBackend, @unchecked Sendable {  // safe: adds no state
    override var identity: BackendIdentity { BackendIdentity(store: "another", container: inner.identity.container) }
}

private final class TagsDenied: WrappedBackend, @unchecked Sendable {  // safe: adds no state
    override func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata {
        throw StorageError(.permissionDenied, during: .stat, at: "memory", key: entry.key, message: "no")
    }
}
