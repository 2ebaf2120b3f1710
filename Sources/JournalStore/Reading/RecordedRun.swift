// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// One run as the journal knows it.
package struct RecordedRun: Sendable, Hashable {
    package var description: RunDescription
    /// The process that carried it out.
    package var process: ProcessIdentity
    package var state: RunState
    /// Nil while it runs, and when it died.
    package var ended: Timestamp?
    /// The exit code.
    package var exit: Int32?
    /// The summary as JSON.
    package var report: String?
    /// Everything up to this key, relative to the locations, was looked at, and what is to be done about it is among the
    /// pending actions or done.
    package var position: ObjectKey?
    /// The order in which ``position`` is meant; nil where nobody said.
    package var order: ListingOrder?
}
