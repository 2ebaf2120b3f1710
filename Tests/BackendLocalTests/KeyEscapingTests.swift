// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Testing

@testable import BackendLocal

@Suite struct KeyEscapingTests {
    private func path(_ key: String) throws -> String {
        let path = try LocalPath(ObjectKey(key), escapes: true)
        return String(decoding: path.bytes.dropLast(), as: UTF8.self)
    }

    @Test(arguments: [
        ("plain/name.txt", "plain/name.txt"), ("a//b", "a/‛-/b"), ("/lead", "‛-/lead"), ("x/", "x/‛-"),
        ("../up", "‛2E‛2E/up"), ("./a", "‛2E/a"), ("...", "..."), (".hidden", ".hidden"), ("nul\0", "nul‛00"),
        ("a‛b", "a‛‛b"), ("‛-", "‛‛-"), ("‛2E", "‛‛2E"), ("100%25", "100%25"),
        (".godwit-run1-2.partial", "‛2Egodwit-run1-2.partial"), ("/", "‛-/‛-"),
    ])
    func mapsWhatCannotBeAPath(key: String, name: String) throws {
        #expect(try path(key) == name)
    }

    @Test func everyComponentComesBack() {
        var random = SeededRandom(seed: 5)
        let pieces = [".", "..", "‛", "-", "2E", "00", "\0", "a", "é", "%", "‛‛", ".godwit-a-1.partial"]
        var names: [String: [UInt8]] = [:]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...4, using: &random)
            let component = (0..<count).flatMap { _ in Array((pieces.randomElement(using: &random) ?? "").utf8) }
            var name = [UInt8]()
            component.withUnsafeBytes { KeyEscaping.encode($0, into: &name) }
            #expect(name.withUnsafeBytes { KeyEscaping.decode($0) } == component)
            #expect(!name.isEmpty && !name.contains(0) && name != Array(".".utf8) && name != Array("..".utf8))
            let text = String(decoding: name, as: UTF8.self)
            if let other = names.updateValue(component, forKey: text) { #expect(other == component) }
        }
    }

    @Test(arguments: ["‛", "‛zz", "‛2e", "‛41", "a‛-", "‛2E", "‛2E‛2Ea", "‛-‛-"])
    func namesThatTheMapDoesNotMakeAreNoKeys(name: String) {
        let decoded = Array(name.utf8).withUnsafeBytes { KeyEscaping.decode($0) }
        // `‛2E` alone is the name of the component `.`.
        #expect(name == "‛2E" ? decoded == Array(".".utf8) : decoded == nil)
    }

    @Test(arguments: [
        "", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "nul\0", ".godwit-abc-1.partial",
        "x/.godwit-0-99.partial",
    ])
    func plainKeysThatCannotBeAPathAreRefused(key: String) {
        #expect(throws: InvalidName.self) { try LocalPath(ObjectKey(key), escapes: false) }
    }

    @Test(arguments: [
        ".godwit-a-b.partial", ".godwit-.partial", ".godwit-A-1.partial", "godwit-a-1.partial", "..a", "...",
    ])
    func namesThatOnlyLookAlikeAreTaken(key: String) throws {
        let path = try LocalPath(ObjectKey("d/" + key), escapes: false)
        #expect(Array(path.name) == Array(key.utf8))
        #expect(Array(path.parent) == Array("d".utf8))
    }

    @Test func keysThatAreNotUTF8AreRefused() {
        #expect(throws: InvalidName.self) { try LocalPath(ObjectKey(SharedBytes([0x66, 0xff])), escapes: false) }
    }
}
