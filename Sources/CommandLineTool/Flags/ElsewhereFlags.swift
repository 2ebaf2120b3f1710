// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

/// Other places that may hold what a run would transfer.
struct ElsewhereFlags: ParsableArguments, Sendable {
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Do not transfer what LOC has under the same name; may be repeated.", valueName: "loc"))
    var compareDest: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Copy what LOC, a place in the target's store, has under the same name from there; may be repeated.",
            valueName: "loc"))
    var copyDest: [String] = []

    func validate() throws {
        if !compareDest.isEmpty, !copyDest.isEmpty {
            throw ValidationError("--compare-dest and --copy-dest contradict each other.")
        }
    }

    /// Nil: there are none.
    func options(
        _ session: Session, for target: SyncLocation, object: ObjectKey?
    ) async throws(StorageError) -> ElsewhereOptions? {
        let locations = compareDest + copyDest
        guard !locations.isEmpty else { return nil }
        return try await session.elsewhere(locations, copies: !copyDest.isEmpty, for: target, object: object)
    }
}
