// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import SyncEngine

/// A change that a run made, and whether it was put back.
package struct RecordedUndo: Sendable {
    /// Names it in ``JournalStore/markUndone(_:)``.
    package var number: Int64
    package var record: UndoRecord
    package var isUndone: Bool
}
