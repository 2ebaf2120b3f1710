// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import FuzzTargets

/// What libFuzzer calls (https://llvm.org/docs/LibFuzzer.html): `GODWIT_FUZZ_TARGET` names the target, and with
/// `GODWIT_FUZZ_EXPORT` the program writes every target's seeds and words to that directory and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer) -> CInt {
    guard let directory = ProcessInfo.processInfo.environment["GODWIT_FUZZ_EXPORT"] else { return 0 }
    do { try export(to: URL(fileURLWithPath: directory)) } catch {
        print("cannot write to \(directory): \(error)")
        exit(1)
    }
    exit(0)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target else {
        print("GODWIT_FUZZ_TARGET names none of \(FuzzTargets.all.map { $0.name })")
        exit(1)
    }
    do {
        try target.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        print("\(target.name): \(error)")
        fflush(stdout)
        abort()
    }
    return 0
}

private let target = ProcessInfo.processInfo.environment["GODWIT_FUZZ_TARGET"].flatMap(FuzzTargets.named)

private func export(to directory: URL) throws {
    for target in FuzzTargets.all {
        let seeds = directory.appendingPathComponent("seeds/\(target.name)")
        try FileManager.default.createDirectory(at: seeds, withIntermediateDirectories: true)
        for (index, seed) in target.seeds.enumerated() {
            try Data(seed.utf8).write(to: seeds.appendingPathComponent("\(index)"))
        }
        let words = target.dictionary.map { word in
            "\"" + word.utf8.map { "\\x" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\"\n"
        }
        try Data(words.joined().utf8).write(to: directory.appendingPathComponent("\(target.name).dict"))
        print(target.name)
    }
}
