// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension RunContext {
    /// Whether what is archived is left out with a reason. Where it has to be there (in a history, a plan, an undo), it fails.
    var leavesArchived: Bool { purpose == .run && !options.copiesVersions }

    /// Records that `work` is left out, since what it is about is archived.
    func leave(_ work: Work, _ state: ArchiveState) {
        let isRestoring = state == .restoring
        let isFirst = tally.withLock { tally in
            tally.report.archived.objects += 1
            tally.report.archived.bytes += work.source.size
            if isRestoring { tally.report.archived.restoring += 1 }
            return tally.report.archived.objects == 1
        }
        if isFirst {
            notice(
                work.key,
                "the object is archived\(isRestoring ? " and being restored" : ""): it is left out, as all others are; "
                    + "they are counted at the end")
        }
        let isCheck = options.mode == .check
        complete(work, isCheck ? .notComparable : .skipped, evidence: isRestoring ? .restoring : .archived)
    }
}
