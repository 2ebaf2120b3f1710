// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension RunContext {
    /// What a transfer proved, for the next run: the target holds what `work`'s source was read as.
    func proof(_ work: Work, _ completion: Transfer.Completion) -> StateRecord? {
        guard let state, !completion.isLengthOnly, options.transferring.verification != .none,
            let written = completion.written
        else { return nil }
        // What the listings alone will tell is not worth a record. A file has no digest there, most objects no time.
        let mayTell =
            written.size == 0 || (work.source.fileIdentity == nil) == (written.fileIdentity == nil)
            || sourceCapabilities.listsModified && targetCapabilities.listsModified
        if mayTell, case .same = comparator.verdict(work.source, written) { return nil }
        return state.record(work.key, work.source, written, targetByDigest: PairProof.hasDigest(written))
    }

    /// What a comparison proved, for the next run: `source` and `target`, which were found the same, are in the states
    /// that were listed, and no time is left to repair.
    func proof(_ work: Work, _ source: Entry, _ target: Entry?) -> StateRecord? {
        guard let state, let target, let listed = work.target, isState(source, work.source), isState(target, listed)
        else { return nil }
        let time = source.modified ?? (source.hasMetadata ? source.written : nil)
        if let time, let theirs = target.modified, !comparator.isEqual(time, theirs) { return nil }
        return state.record(work.key, work.source, listed)
    }

    private func isState(_ seen: Entry, _ listed: Entry) -> Bool {
        seen.tag == listed.tag && seen.size == listed.size && seen.fileIdentity == listed.fileIdentity
    }
}
