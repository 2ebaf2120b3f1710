// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Reads the rows of a CSV text (RFC 4180) piece by piece, in memory for one row.
struct CSVRows {
    /// One row's fields, or how it cannot be one.
    enum Row: Sendable, Equatable {
        case fields([[UInt8]])
        case malformed(String)
    }

    /// The most bytes of a row: more is malformed, and not kept.
    private let rowMax: Int
    private var fields: [[UInt8]] = []
    private var field: [UInt8] = []
    private var size = 0
    private var state = State.start
    private var problem: String?

    private enum State {
        /// At the beginning of a field.
        case start
        case plain
        case quoted
        /// Behind a quotation mark within a quoted field.
        case behindQuote
    }

    init(rowMax: Int = 1 << 20) { self.rowMax = rowMax }

    /// Gives every row that ends in `bytes`.
    mutating func append(_ bytes: [UInt8], _ take: (Row) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                let end = endOfQuoted(bytes, from: index)
                if end > index {
                    field.append(contentsOf: bytes[index..<end])
                    size += end - index
                } else {
                    add(bytes[index], take)
                }
                index = max(end, index + 1)
            }
        }
    }

    /// How far a quoted field goes on, which is most of a row; `start` where there is more to mind.
    private func endOfQuoted(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard state == .quoted, problem == nil else { return start }
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\"")) ?? bytes.count
        return size + end - start <= rowMax ? end : start
    }

    /// Gives the row that the text ends with, if there is any.
    mutating func finish(_ take: (Row) -> Void) {
        if state == .quoted { problem = problem ?? "it ends within a quoted field" }
        if size > 0 || problem != nil { endRow(take) }
    }

    private mutating func add(_ byte: UInt8, _ take: (Row) -> Void) {
        let isQuoted = state == .quoted
        if byte == UInt8(ascii: "\n"), !isQuoted { return size > 0 || problem != nil ? endRow(take) : () }
        size += 1
        if size > rowMax {
            problem = "it is longer than \(rowMax) bytes"
            (fields, field) = ([], [])
        }
        switch (state, byte) {
        case (.quoted, UInt8(ascii: "\"")): state = .behindQuote
        case (.quoted, _): keep(byte)
        case (.behindQuote, UInt8(ascii: "\"")):
            state = .quoted
            keep(byte)
        case (_, UInt8(ascii: ",")): endField()
        case (.start, UInt8(ascii: "\"")): state = .quoted
        case (_, UInt8(ascii: "\r")): break
        case (.behindQuote, _): problem = problem ?? "there is text behind a quoted field"
        case (.plain, UInt8(ascii: "\"")): problem = problem ?? "there is a quotation mark within a field"
        case (.start, _), (.plain, _):
            state = .plain
            keep(byte)
        }
    }

    private mutating func keep(_ byte: UInt8) { if problem == nil { field.append(byte) } }

    private mutating func endField() {
        if problem == nil { fields.append(field) }
        field.removeAll(keepingCapacity: true)
        state = .start
    }

    private mutating func endRow(_ take: (Row) -> Void) {
        endField()
        take(problem.map { .malformed($0) } ?? .fields(fields))
        fields.removeAll(keepingCapacity: true)
        (size, problem) = (0, nil)
    }
}
