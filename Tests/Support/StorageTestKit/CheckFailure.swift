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
