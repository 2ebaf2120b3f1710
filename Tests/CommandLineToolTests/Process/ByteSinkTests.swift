// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CommandLineTool

@Suite struct ByteSinkTests {
    private func written(_ line: String, isTerminal: Bool) throws -> String {
        let pipe = Pipe()
        let sink = ByteSink(
            descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "pipe", isTerminal: isTerminal)
        try sink.line(Array(line.utf8))
        try sink.flush()
        try pipe.fileHandleForWriting.close()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    @Test("Programs get lines as they are, terminals get nothing that controls them")
    func lines() throws {
        let name = "a\u{9b}2J\u{202e}txt.\u{e9}"
        #expect(try written(name, isTerminal: false) == name + "\n")
        #expect(try written(name, isTerminal: true) == "a\\u{9b}2J\\u{202e}txt.\u{e9}\n")
    }
}
