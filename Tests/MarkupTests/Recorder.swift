// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Markup

/// Writes down what a reader finds, joining runs of text: `<a>text</a>`.
final class Recorder: MarkupVisitor {
    private(set) var events: [String] = []
    private(set) var calls = 0
    private var run: [UInt8] = []

    func start(_ name: UnsafeBufferPointer<UInt8>) { add("<\(String(decoding: name, as: UTF8.self))>") }
    func end(_ name: UnsafeBufferPointer<UInt8>) { add("</\(String(decoding: name, as: UTF8.self))>") }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        calls += 1
        run.append(contentsOf: bytes)
    }

    private func add(_ event: String) {
        calls += 1
        if !run.isEmpty { events.append(String(decoding: run, as: UTF8.self)) }
        run = []
        events.append(event)
    }
}

/// Reads `bytes` cut at `cuts`.
func read(_ bytes: [UInt8], cuts: [Int] = [], limits: MarkupLimits = MarkupLimits()) throws -> [String] {
    let recorder = Recorder()
    let reader = MarkupReader(recorder, limits: limits)
    var start = 0
    for end in cuts + [bytes.count] {
        try reader.push(Array(bytes[start..<end]))
        start = end
    }
    try reader.finish()
    return recorder.events
}

func read(_ text: String, limits: MarkupLimits = MarkupLimits()) throws -> [String] {
    try read(Array(text.utf8), limits: limits)
}
