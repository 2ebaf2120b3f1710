// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import StorageModel
import StorageTestKit
import Testing

@testable import BackendLocal

@Suite struct WalkTests {
    private let directory: TemporaryDirectory
    private let files = FileManager.default

    init() throws { directory = try TemporaryDirectory() }

    /// Writes the tree without the backend's help.
    private func write(_ tree: SeededTree) throws {
        for object in tree.objects {
            let path = directory(object.key.description)
            try files.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(object.content).write(to: URL(fileURLWithPath: path))
        }
    }

    private func keys(_ request: ListRequest, _ options: LocalOptions = LocalOptions()) async throws -> [ObjectKey] {
        let page = try await LocalBackend(root: directory.path, options: options).everything(request)
        #expect(page.issues.isEmpty)
        return page.entries.map(\.key)
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func agreesWithSorting(seed: UInt64) async throws {
        let tree = SeededTree(seed: seed, count: 60, sizes: 0..<3, depth: 5)
        try write(tree)
        var random = SeededRandom(seed: seed)
        var options = LocalOptions()
        options.pageSize = Int.random(in: 1...20, using: &random)
        let all = tree.objects.map(\.key)
        for order in [ListingOrder.keyBytes, .pathComponents] {
            let sorted = all.sorted { order.compare($0, $1) < 0 }
            #expect(try await keys(ListRequest(order: order), options) == sorted)
            for _ in 0..<6 {
                var request = ListRequest(order: order)
                if let key = all.randomElement(using: &random) {
                    request.prefix = ObjectKey(key.bytes.prefix(Int.random(in: 0...key.bytes.count, using: &random)))
                }
                if random.chance(60), let key = all.randomElement(using: &random) {
                    var after = key.bytes.prefix(Int.random(in: 0...key.bytes.count, using: &random)).array
                    if random.chance(30) { after.append(UInt8.random(in: 1...127, using: &random)) }
                    request.after = ObjectKey(SharedBytes(after))
                }
                let wanted = sorted.filter { key in
                    key.hasPrefix(request.prefix) && request.after.map { order.compare(key, $0) > 0 } ?? true
                }
                #expect(try await keys(request, options) == wanted, "seed \(seed), \(request)")
            }
        }
    }

    @Test func directoriesTooLargeToReadAhead() async throws {
        let count = DirectoryScanner.readAheadNamesMax + 500
        for (parent, count) in [("a", count), ("b", 3)] {
            try files.createDirectory(atPath: directory(parent), withIntermediateDirectories: false)
            for index in 0..<count {
                let file = creat(directory("\(parent)/n\(index)"), 0o600)
                try #require(file >= 0 && Glibc.write(file, "1", 1) == 1 && close(file) == 0)
            }
        }
        let wanted = (0..<count).map { ObjectKey("a/n\($0)") } + (0..<3).map { ObjectKey("b/n\($0)") }
        #expect(try await keys(ListRequest(order: .keyBytes)) == wanted.sorted())
        let page = try await LocalBackend(root: directory.path).everything(ListRequest(order: .keyBytes))
        #expect(page.entries.allSatisfy { $0.size == 1 && $0.fileIdentity != nil && $0.modified != nil })
    }

    @Test func emptyDirectoriesWhereAskedFor() async throws {
        for path in ["empty", "full/empty/below", "x"] {
            try files.createDirectory(atPath: directory(path), withIntermediateDirectories: true)
        }
        #expect(files.createFile(atPath: directory("x/file"), contents: nil))
        #expect(files.createFile(atPath: directory("full/empty!"), contents: nil))
        #expect(try await keys(ListRequest(order: .keyBytes)).map(\.description) == ["full/empty!", "x/file"])
        let request = ListRequest(order: .keyBytes, includesDirectories: true)
        #expect(
            try await keys(request).map(\.description) == ["empty/", "full/empty!", "full/empty/below/", "x/file"])
        var components = ListRequest(order: .pathComponents, includesDirectories: true)
        #expect(
            try await keys(components).map(\.description) == ["empty/", "full/empty/below/", "full/empty!", "x/file"])
        components.after = ObjectKey("empty/")
        #expect(try await keys(components).count == 3)
    }

    @Test func issuesSayWhatWasLeftOut() async throws {
        #expect(mkfifo(directory("pipe"), 0o600) == 0)
        #expect(Glibc.symlink("nowhere", directory("broken")) == 0)
        let invalid = Array(directory("bad").utf8CString.dropLast()) + [-1, 0]
        let descriptor = open(invalid, O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0)
        close(descriptor)
        #expect(files.createFile(atPath: directory("good"), contents: nil))
        let backend = LocalBackend(root: directory.path)
        let page = try await backend.everything(ListRequest(order: .keyBytes))
        #expect(page.entries.map(\.key.description) == ["good"])
        let severities = page.issues.map { "\($0.key) \($0.severity) \($0.error.kind)" }
        #expect(
            severities == [
                "bad\u{fffd} entryFailure invalidKey", "broken notice unsupported", "pipe notice unsupported",
            ])
        let followed = try await backend.everything(ListRequest(order: .keyBytes, links: .follow))
        #expect(followed.issues.map(\.severity) == [.entryFailure, .entryFailure, .notice])
    }

    @Test func anUnreadableDirectoryMakesTheListingIncomplete() async throws {
        try files.createDirectory(atPath: directory("a"), withIntermediateDirectories: false)
        try files.createDirectory(atPath: directory("closed"), withIntermediateDirectories: false)
        #expect(files.createFile(atPath: directory("a/1"), contents: nil))
        #expect(files.createFile(atPath: directory("closed/2"), contents: nil))
        #expect(files.createFile(atPath: directory("z"), contents: nil))
        chmod(directory("closed"), 0)
        defer { chmod(directory("closed"), 0o700) }
        let page = try await LocalBackend(root: directory.path).everything(ListRequest(order: .keyBytes))
        // Root reads what it likes.
        guard geteuid() != 0 else { return #expect(page.entries.count == 3) }
        #expect(page.entries.map(\.key.description) == ["a/1", "z"])
        #expect(page.issues.map(\.key.description) == ["closed/"])
        #expect(page.issues.allSatisfy { $0.severity == .incomplete && $0.error.kind == .permissionDenied })
    }

    @Test func pathsThatGrewTooLongMakeTheListingIncomplete() async throws {
        // Deeper than one path can say; made step by step.
        var current = open(directory.path, O_RDONLY | O_DIRECTORY)
        let name = String(repeating: "d", count: 250)
        for _ in 0..<18 {
            #expect(mkdirat(current, name, 0o700) == 0)
            let next = openat(current, name, O_RDONLY | O_DIRECTORY)
            close(current)
            current = next
        }
        close(current)
        #expect(files.createFile(atPath: directory("z"), contents: nil))
        let page = try await LocalBackend(root: directory.path).everything(ListRequest(order: .keyBytes))
        #expect(page.entries.map(\.key.description) == ["z"])
        #expect(page.issues.map(\.severity) == [.incomplete])
    }

    @Test func aRootThatIsMovedAwayFailsTheListing() async throws {
        try files.createDirectory(atPath: directory("root/d"), withIntermediateDirectories: true)
        for index in 0..<10 { #expect(files.createFile(atPath: directory("root/d/\(index)"), contents: nil)) }
        #expect(files.createFile(atPath: directory("root/a"), contents: nil))
        var options = LocalOptions()
        options.pageSize = 1
        let listing = LocalBackend(root: directory("root"), options: options).list(ListRequest(order: .keyBytes))
        _ = try await listing.next()
        try files.moveItem(atPath: directory("root"), toPath: directory("gone"))
        let error = await #expect(throws: StorageError.self) { while try await listing.next() != nil {} }
        #expect(error?.kind == .containerNotFound)
    }

    @Test func linksThatLeadBackEnd() async throws {
        try files.createDirectory(atPath: directory("a/b"), withIntermediateDirectories: true)
        #expect(files.createFile(atPath: directory("a/b/file"), contents: nil))
        try files.createSymbolicLink(atPath: directory("a/b/up"), withDestinationPath: "..")
        try files.createSymbolicLink(atPath: directory("a/self"), withDestinationPath: "self")
        let page = try await LocalBackend(root: directory.path).everything(
            ListRequest(order: .keyBytes, links: .follow))
        #expect(page.entries.map(\.key.description) == ["a/b/file"])
        #expect(page.issues.map { "\($0.key) \($0.severity)" } == ["a/b/up/ entryFailure", "a/self entryFailure"])
    }

    @Test func aDroppedListingStops() async throws {
        for index in 0..<200 {
            try files.createDirectory(atPath: directory("d\(index)"), withIntermediateDirectories: false)
            #expect(files.createFile(atPath: directory("d\(index)/f"), contents: nil))
        }
        var options = LocalOptions()
        options.pageSize = 3
        let backend = LocalBackend(root: directory.path, options: options)
        for _ in 0..<20 { _ = try await backend.list(ListRequest(order: .keyBytes)).next() }
        #expect(try await backend.entries().count == 200)
    }
}
