// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// What a check found wrong.
package struct CheckFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String, file: StaticString = #fileID, line: UInt = #line) {
        self.description = "\(file):\(line): \(description)"
    }
}

/// Fails the check unless `condition` holds.
package func expect(
    _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) throws {
    if !condition { throw CheckFailure(message(), file: file, line: line) }
}

/// Fails the check unless both are equal.
package func expectEqual<T: Equatable>(
    _ actual: T, _ wanted: T, _ what: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) throws {
    if actual != wanted {
        throw CheckFailure("\(what()): got \(actual), wanted \(wanted)", file: file, line: line)
    }
}

/// Fails the check unless `body` throws an error of one of `kinds`; gives the error.
@discardableResult
package func expectError<R>(
    _ kinds: StorageError.Kind..., during what: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line, _ body: () async throws -> R
) async throws -> StorageError {
    do {
        _ = try await body()
    } catch let error as StorageError {
        guard kinds.contains(error.kind) else {
            throw CheckFailure(
                "\(what()): got \(error.kind) (\(error)), wanted \(kinds.map(\.rawValue))", file: file, line: line)
        }
        return error
    }
    throw CheckFailure("\(what()): no error, wanted \(kinds.map(\.rawValue))", file: file, line: line)
}

/// Fails the check unless the keys are the same in the same order; says where they part.
func expectKeys(
    _ actual: [ObjectKey], _ wanted: [ObjectKey], _ what: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line
) throws {
    guard actual != wanted else { return }
    func some(_ keys: some Collection<ObjectKey>) -> String {
        let shown = keys.prefix(5).map { TerminalText.escaped("'\($0)'") }.joined(separator: ", ")
        return keys.isEmpty ? "none" : shown + (keys.count > 5 ? " and \(keys.count - 5) more" : "")
    }
    let missing = Set(wanted).subtracting(actual).sorted()
    let extra = Set(actual).subtracting(wanted).sorted()
    let index = zip(actual, wanted).prefix { $0 == $1 }.count
    throw CheckFailure(
        "\(what()): \(actual.count) keys of \(wanted.count); missing \(some(missing)); extra \(some(extra)); they part at "
            + "\(index): got \(some(actual.dropFirst(index).prefix(1))), wanted \(some(wanted.dropFirst(index).prefix(1)))",
        file: file, line: line)
}
