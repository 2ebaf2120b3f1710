// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Runs of one function over many values, some at once, with the results in the order of the values.
enum ConcurrentMap {
    static func results<Value: Sendable, Result: Sendable>(
        _ values: [Value], limit: Int = 16, _ transform: @escaping @Sendable (Value) async -> Result
    ) async -> [Result] {
        var results = [Result?](repeating: nil, count: values.count)
        await withTaskGroup(of: (Int, Result).self) { group in
            var next = values.indices.makeIterator()
            func add() {
                guard let index = next.next() else { return }
                let value = values[index]
                group.addTask { (index, await transform(value)) }
            }
            for _ in 0..<limit { add() }
            while let (index, result) = await group.next() {
                results[index] = result
                add()
            }
        }
        return results.compactMap(\.self)
    }
}
