// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@Suite struct TagAndErrorTests {
    private let hexadecimal = "d41d8cd98f00b204e9800998ecf8427e"

    @Test func tagsThatLookLikeDigests() throws {
        let plain = try #require(VersionTag(hexadecimal).lookalike)
        #expect(plain.algorithm == .md5 && plain.parts == nil && plain.hexadecimal == hexadecimal)
        #expect(VersionTag(hexadecimal.uppercased()).lookalike == plain)
        let composite = try #require(VersionTag(hexadecimal + "-12").lookalike)
        #expect(composite.parts == 12 && composite.hexadecimal == hexadecimal + "-12")
        #expect(VersionTag(hexadecimal + "-10000").lookalike?.parts == 10_000)
    }

    @Test(arguments: ["", "-1", "-", "-0", "-10001", "-999999", "-a", "--1", "0", " ", "-1-1", "-+1"])
    func tagsThatDoNot(suffix: String) {
        let text = suffix.isEmpty ? String(hexadecimal.dropLast()) : hexadecimal + suffix
        if suffix == "-1" {
            #expect(VersionTag(text).lookalike?.parts == 1)
        } else {
            #expect(VersionTag(text).lookalike == nil, "\(text)")
        }
        #expect(VersionTag("g" + hexadecimal.dropFirst()).lookalike == nil)
    }

    @Test func entriesOfferTheirBestDigest() {
        let sha = Checksum(.sha256, [UInt8](repeating: 1, count: 32))
        let composite = Checksum(.crc32, [1, 2, 3, 4], parts: 3)
        var entry = Entry(key: ObjectKey("k"), size: 1, tag: VersionTag(hexadecimal), checksums: [composite, sha])
        #expect(entry.digest == sha)
        entry.checksums = [composite]
        #expect(entry.digest?.algorithm == .md5)
        entry.tagMayBeDigest = false
        #expect(entry.digest == nil)
    }

    @Test func terminalTextIsSafe() {
        #expect(TerminalText.escaped("plain é 日本 😀") == "plain é 日本 😀")
        #expect(TerminalText.escaped("a\nb") == "a\\nb")
        #expect(TerminalText.escaped("\u{1b}[31mred") == "\\u{1b}[31mred")
        #expect(TerminalText.escaped("\r\u{7f}\u{85}\u{9b}") == "\\u{d}\\u{7f}\\u{85}\\u{9b}")
        #expect(TerminalText.escaped("x\u{202e}y\u{2066}z\u{2028}") == "x\\u{202e}y\\u{2066}z\\u{2028}")
        #expect(TerminalText.escaped("a\r\nb") == "a\\u{d}\\nb")
    }

    @Test func errorsAreOneSafeLine() {
        var error = StorageError(
            .permissionDenied, during: .write, at: "s3://b", key: ObjectKey("a\nb"), message: "no\u{1b}",
            advice: "ask", service: .init(status: 403, code: "AccessDenied", requestID: "R1"))
        #expect(
            error.description
                == "write a\\nb at s3://b: no\\u{1b} (AccessDenied, HTTP 403, request R1); ask")
        let hostile = StorageError(
            .unexpected, during: .list, at: "s3://\u{9b}b", message: "m", advice: "a\nb",
            service: .init(status: 1, code: "C\u{1b}c", requestID: "\u{7}"))
        #expect(!hostile.description.unicodeScalars.contains { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) })
        error.disposition = .exhausted(attempts: 3)
        error.key = nil
        #expect(error.description.contains("write s3://b: ") && error.description.contains(" after 3 attempts; ask"))
        #expect(!error.isTransient)
        error.disposition = .transient(retryAfter: .seconds(1))
        #expect(error.isTransient)
    }

    @Test func ledgerCounts() {
        let ledger = RequestLedger()
        ledger.count(.list)
        ledger.count(.put)
        ledger.count(.put)
        #expect(RequestLedger.Kind.allCases.map { ledger[$0] } == [1, 0, 0, 2, 0, 0, 0])
    }
}
