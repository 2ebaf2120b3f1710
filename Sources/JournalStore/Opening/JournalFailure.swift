// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
import StorageModel

/// What went wrong with the journal, as an error that says what and where.
enum JournalFailure {
    static func storageError(
        _ error: any Error, at path: String, during operation: StorageError.Operation
    ) -> StorageError {
        switch error {
        case let error as StorageError: return error
        case let error as DamagedRecord:
            return StorageError(.corrupted, during: operation, at: path, message: "the journal holds \(error.what)")
        case let error as DatabaseError:
            return StorageError(
                kind(error.resultCode), during: operation, at: path,
                message: "the journal: \(error.message ?? "SQLite error \(error.resultCode.rawValue)")",
                advice: advice(error.resultCode))
        default:
            return StorageError(.unexpected, during: operation, at: path, message: "the journal: \(error)")
        }
    }

    private static func kind(_ code: ResultCode) -> StorageError.Kind {
        switch code {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .corrupted
        case .SQLITE_FULL, .SQLITE_TOOBIG: .outOfSpace
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .permissionDenied
        case .SQLITE_BUSY, .SQLITE_LOCKED: .timedOut
        case .SQLITE_CONSTRAINT: .alreadyExists
        default: .unexpected
        }
    }

    private static func advice(_ code: ResultCode) -> String? {
        switch code {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: "the next run looks at it and begins a new one if need be"
        case .SQLITE_FULL: "free some space"
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: "make its directory writable for this user"
        case .SQLITE_BUSY, .SQLITE_LOCKED: "another process has kept it locked for long"
        default: nil
        }
    }
}
