// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The records of a base. A damaged or cut file ends with the last record before the damage.
final class StateBase: RecordStream {
    private let blocks: StateBlockReader
    private var records: StateRecordReader
    private var total: UInt64 = 0
    private var isOver = false
    private let damaged: () -> Void
    private(set) var hasRecord = false

    private init(_ blocks: StateBlockReader, _ order: ListingOrder, _ damaged: @escaping () -> Void) {
        self.blocks = blocks
        self.damaged = damaged
        records = StateRecordReader(order: order)
    }

    /// Opens the base in `file` at its first record, for a run under the rules `run`; nil where its records are of
    /// others. `damaged` is told when the file turns out to be something else than was written.
    static func open(_ file: NamedFile, for run: StateHeader, damaged: @escaping () -> Void) -> StateBase? {
        let blocks = StateBlockReader(file)
        do throws(StateDamage) {
            guard var block = try blocks.next(), block.kind == .header else { throw StateDamage() }
            let header = try StateHeader(&block.content)
            guard header.order == run.order, header.serves(run) else { return nil }
        } catch {
            damaged()
            return nil
        }
        let base = StateBase(blocks, run.order, damaged)
        base.advance()
        return base
    }

    func withRecord<R>(_ body: (_ key: UnsafeRawBufferPointer, _ proof: UnsafeRawBufferPointer) -> R) -> R {
        records.withRecord(body)
    }

    func advance() {
        guard !isOver else { return }
        do throws(StateDamage) {
            hasRecord = try next()
        } catch {
            hasRecord = false
            damaged()
        }
        isOver = !hasRecord
    }

    private func next() throws(StateDamage) -> Bool {
        if records.isDry {
            guard var block = try blocks.next() else { throw StateDamage() }
            switch block.kind {
            case .header: throw StateDamage()
            case .records: total &+= try records.begin(block.content)
            case .end:
                guard try block.content.number() == total, block.content.isAtEnd else { throw StateDamage() }
                return false
            }
        }
        try records.next()
        return true
    }
}
