// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import StorageModel
import SyncEngine

@testable import CommandLineTool

/// Keys and messages of stores in everything that people and programs read: one line each, no control of the terminal,
/// no formula, and the key comes back.
enum RenderingTarget: FuzzTarget {
    static let name = "rendering"
    static let lengthMax = 256

    static let seeds = [
        "a/b", "=1+1", "\u{1b}[31mred\u{1b}[0m\r\n", "\u{9b}2J", "\u{202e}txt.exe", "'\"@,;\t-", "\u{2028}",
    ]
    static let dictionary = [
        "=", "+", "-", "@", "\t", "'", "\"", ",", "\u{1b}]0;x\u{7}", "\u{9b}", "\u{202e}", "\u{2066}", "\n",
    ]

    static func check(_ input: [UInt8]) throws {
        let key = ObjectKey(SharedBytes(input)), text = key.description
        let error = StorageError(
            .unexpected, during: .read, at: "s3://\(text)", key: key, message: text, advice: text,
            service: .init(status: 500, code: text, requestID: text))
        try checkTerminal("\(error)", "an error")
        try checkTerminal(TerminalText.escaped(text), "escaped text")
        try require(TerminalText.escaped(TerminalText.escaped(text)) == TerminalText.escaped(text), "escaped twice")
        let time = Timestamp(seconds: 0)
        try checkTerminal(MessageFormat().line(.error, text, key: text, at: time), "a message")
        let json = MessageFormat(isJSON: true).line(.error, text, key: text, at: time)
        try require(!json.utf8.contains(10), "a message in JSON takes several lines")
        try require(!NameText.line(key).contains { $0 < 0x20 || $0 == 0x7f }, "a name controls the terminal")
        let outcome = ObjectOutcome(key: key, action: .failed, evidence: .problem, size: 1, error: error)
        try checkLines(EventWriter.outcome(outcome, at: time), key)
        try checkLines(ReportFile.row(outcome, .jsonLines), key)
        try checkRow(ReportFile.row(outcome, .csv), key)
        if let time = Timestamp(decimal: text) { _ = TimeFormat.local(time) }
    }

    private static func checkTerminal(_ text: String, _ what: String) throws {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: throw Finding("\(what) holds \(scalar.value)")
            default: break
            }
        }
    }

    private static func checkLines(_ bytes: [UInt8], _ key: ObjectKey) throws {
        try require(bytes.last == 10 && bytes.filter { $0 == 10 }.count == 1, "an event takes several lines")
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw Finding("an event is not JSON")
        }
        if let hexadecimal = object["key_hex"] as? String {
            try require(
                hexadecimal == key.bytes.array.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(),
                "another key")
        } else {
            // Foundation drops byte order marks at the beginning of some strings.
            func text(_ bytes: [UInt8]) -> [UInt8] {
                Array(
                    String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 != "\u{feff}" }.map { String($0) }
                        .joined().utf8)
            }
            let read = (object["key"] as? String).map { Array($0.utf8) }
            try require(read.map(text) == text(key.bytes.array), "another key")
        }
    }

    /// Reads a row as RFC 4180 says, and the mark before what a spreadsheet would take for a formula.
    private static func checkRow(_ row: [UInt8], _ key: ObjectKey) throws {
        try require(row.suffix(2) == [13, 10], "a row does not end")
        var fields: [[UInt8]] = [[]], isQuoted = false, index = 0
        let bytes = Array(row.dropLast(2))
        while index < bytes.count {
            let byte = bytes[index]
            if isQuoted, byte == UInt8(ascii: "\"") {
                if index + 1 < bytes.count, bytes[index + 1] == byte {
                    fields[fields.count - 1].append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if !isQuoted, byte == UInt8(ascii: "\""), fields[fields.count - 1].isEmpty {
                isQuoted = true
            } else if !isQuoted, byte == UInt8(ascii: ",") {
                fields.append([])
            } else {
                try require(isQuoted || byte != 10 && byte != 13, "a row takes several lines")
                fields[fields.count - 1].append(byte)
            }
            index += 1
        }
        try require(fields.count == 8, "a row has \(fields.count) fields")
        for field in fields {
            try require(field.first.map { !"=+-@\t\r".utf8.contains($0) } ?? true, "a field begins like a formula")
        }
        let read = fields[0].first == UInt8(ascii: "'") ? Array(fields[0].dropFirst()) : fields[0]
        try require(read == key.bytes.array, "another key")
    }
}
