// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
package import SyncEngine

/// An object that failed for good in a run.
package struct RecordedFailure: Sendable {
    package var failure: FailedAction
    package var time: Timestamp
}
