// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
public import SyncEngine

extension Session {
    /// What a plan between these places says of itself. `names`: the locations as the user knows them.
    public func planHeader(
        mode: SyncMode, from source: SyncLocation, to target: SyncLocation, names: (source: String, target: String),
        made: Timestamp, program: String, arguments: [String]?
    ) -> PlanHeader {
        PlanHeader(
            mode: mode, made: made, program: program, source: names.source, target: names.target,
            sourceIdentity: Self.identity(source, nil), targetIdentity: Self.identity(target, nil),
            arguments: arguments)
    }
}
