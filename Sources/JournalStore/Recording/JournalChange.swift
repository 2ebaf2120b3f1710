// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine

/// Something that a run tells its journal without waiting until it is written.
enum JournalChange: Sendable {
    case settled([JournalSlot])
    case failed(FailedAction, Timestamp)
    case began(upload: Int64, token: String)
    case wrote(JournaledPart, upload: Int64)
    case ended(upload: Int64)
    case left(Entry?, key: ObjectKey)
}
