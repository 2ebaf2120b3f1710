// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import FuzzTargets
import Testing

/// Every target on inputs that are the same each time: its seeds, and mutations of them.
///
/// `GODWIT_TEST_INPUTS` says how many; `make fuzz` looks for new ones, guided by what they reach.
@Suite struct FuzzTests {
    private static let inputs =
        ProcessInfo.processInfo.environment["GODWIT_TEST_INPUTS"].flatMap(Int.init) ?? 1500

    @Test(arguments: FuzzTargets.all.map { $0.name })
    func holdsWhateverComes(name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        for seed in target.seeds { try check(target, Array(seed.utf8)) }
        var mutator = Mutator(seed: 1, dictionary: target.dictionary, lengthMax: target.lengthMax)
        var corpus = target.seeds.map { Array($0.utf8) }
        for count in 0..<Self.inputs {
            let input = mutator.next(corpus)
            try check(target, input)
            // Changes add up in some inputs, so that not all stay near the seeds.
            if count % 8 == 0 { corpus.append(input) }
            if corpus.count > 64 { corpus.remove(at: target.seeds.count) }
        }
    }

    private func check(_ target: any FuzzTarget.Type, _ input: [UInt8]) throws {
        do {
            try target.check(input)
        } catch {
            Issue.record("\(target.name): \(error)\ninput: \(String(decoding: input, as: UTF8.self).debugDescription)")
            throw error
        }
    }
}
