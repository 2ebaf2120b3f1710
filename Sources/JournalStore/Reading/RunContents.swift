// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How much of one run the journal holds.
package struct RunContents: Sendable, Hashable {
    /// Batches with actions that are not done.
    package var batches = 0
    package var pendingActions = 0
    package var failures = 0
    /// What was changed and not put back.
    package var undoRecords = 0
    /// Uploads that it began and that neither it nor a later run has ended.
    package var uploads = 0
    /// Of keys, entries and messages.
    package var bytes: Int64 = 0
}
