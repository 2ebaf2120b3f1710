// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import FuzzTargets

/// Hands inputs over to a target, for `make fuzz`: `GODWIT_FUZZ_TARGET` names it. With `GODWIT_FUZZ_EXPORT` the program
/// writes every target's seeds and words to that directory and ends.
enum Fuzzer {
    static let target = ProcessInfo.processInfo.environment["GODWIT_FUZZ_TARGET"].flatMap(FuzzTargets.named)

    static func test(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        do {
            try target?.check(Array(UnsafeBufferPointer(start: start, count: count)))
        } catch {
            print("\(error)")
            fflush(nil)
            abort()
        }
    }

    static func export(to directory: URL) throws {
        for target in FuzzTargets.all {
            let seeds = directory.appendingPathComponent("seeds/\(target.name)")
            try FileManager.default.createDirectory(at: seeds, withIntermediateDirectories: true)
            for (index, seed) in target.seeds.enumerated() {
                try Data(seed.utf8).write(to: seeds.appendingPathComponent("\(index)"))
            }
            let words = target.dictionary.map { word in
                let digits = word.utf8.map { "\\x" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
                return "\"" + digits.joined() + "\"\n"
            }
            try Data(words.joined().utf8).write(to: directory.appendingPathComponent("\(target.name).dict"))
            print(target.name)
        }
    }
}

/// libFuzzer's way in for programs that have a main (https://llvm.org/docs/LibFuzzer.html).
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What libFuzzer's own main would call, which is linked and not used.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzzer.test(start, count)
    return 0
}

if let directory = ProcessInfo.processInfo.environment["GODWIT_FUZZ_EXPORT"] {
    try Fuzzer.export(to: URL(fileURLWithPath: directory))
    exit(0)
}
guard Fuzzer.target != nil else {
    print("GODWIT_FUZZ_TARGET names none of \(FuzzTargets.all.map { $0.name })")
    exit(1)
}
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(runDriver(&count, &arguments) { testOneInput($0, $1) })
