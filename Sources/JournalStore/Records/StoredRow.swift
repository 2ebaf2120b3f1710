// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
import StorageModel

/// One row of a query, read column by column. The file may have been damaged or changed by others, so every value is
/// checked; GRDB's own conversions would trap.
struct StoredRow {
    private let row: Row
    private var column = 0

    init(_ row: Row) { self.row = row }

    private mutating func next() throws(DamagedRecord) -> DatabaseValue {
        guard column < row.count else { throw DamagedRecord("a row that is too short") }
        defer { column += 1 }
        return row[column]
    }

    mutating func optionalInteger() throws(DamagedRecord) -> Int64? {
        switch try next().storage {
        case .null: return nil
        case .int64(let value): return value
        default: throw DamagedRecord("something else where a number should be")
        }
    }

    mutating func optionalText() throws(DamagedRecord) -> String? {
        switch try next().storage {
        case .null: return nil
        case .string(let value): return value
        default: throw DamagedRecord("something else where a text should be")
        }
    }

    mutating func optionalBytes() throws(DamagedRecord) -> [UInt8]? {
        let value = try next()
        if value.isNull { return nil }
        guard let blob = Blob.fromDatabaseValue(value) else {
            throw DamagedRecord("something else where bytes should be")
        }
        return blob.bytes
    }

    mutating func integer() throws(DamagedRecord) -> Int64 { try present(try optionalInteger()) }
    mutating func text() throws(DamagedRecord) -> String { try present(try optionalText()) }
    mutating func bytes() throws(DamagedRecord) -> [UInt8] { try present(try optionalBytes()) }
    mutating func key() throws(DamagedRecord) -> ObjectKey { ObjectKey(SharedBytes(try bytes())) }
    mutating func optionalTime() throws(DamagedRecord) -> Timestamp? {
        try optionalInteger().map(Timestamp.init(storedNanoseconds:))
    }
    mutating func time() throws(DamagedRecord) -> Timestamp { try present(try optionalTime()) }
    mutating func optionalEntry() throws(DamagedRecord) -> Entry? {
        guard let bytes = try optionalBytes() else { return nil }
        return try EntryCoding.decode(bytes)
    }

    private func present<Value>(_ value: Value?) throws(DamagedRecord) -> Value {
        guard let value else { throw DamagedRecord("nothing where something should be") }
        return value
    }
}

extension Timestamp {
    /// Nanoseconds since 1970; times beyond the years 1678 to 2262 are moved to those.
    var storedNanoseconds: Int64 {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, passes) = product.addingReportingOverflow(Int64(nanoseconds))
        return overflows || passes ? (seconds < 0 ? .min : .max) : sum
    }

    init(storedNanoseconds value: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(
            seconds: remainder < 0 ? quotient - 1 : quotient,
            nanoseconds: UInt32(remainder < 0 ? remainder + 1_000_000_000 : remainder))
    }
}
